"""Keys are read from PEM or a file, and kinds that receivers refuse are refused."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from carboy.errors import SettingsError
from carboy.mail.dkim_keys import load_key, make_pem


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_key_is_the_same_from_a_file_and_from_one_line(kind: str, tmp_path: Path):
    pem = make_pem(kind)
    (tmp_path / "key.pem").write_bytes(pem)
    line = pem.decode().replace("\n", "\\n")

    found = [load_key(str(tmp_path / "key.pem")), load_key(line)]

    assert found[0].public == found[1].public
    assert found[0].kind == kind


@pytest.mark.parametrize("case", ["curve", "password"])
def test_other_keys_are_refused(case: str):
    key = ec.generate_private_key(ec.SECP256R1())
    hidden = BestAvailableEncryption(b"x") if case == "password" else NoEncryption()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden).decode()

    with pytest.raises(SettingsError, match="MAIL_DKIM_KEY") as caught:
        load_key(pem)

    assert pem[40:60] not in str(caught.value)
