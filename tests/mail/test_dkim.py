"""Signatures hold for an independent verifier, and break with each change."""

import random
import warnings
from pathlib import Path

import dkim as verifier
import pytest

from carboy.errors import SettingsError
from carboy.mail import Message
from carboy.mail.dkim import DkimSigner, make_key, open_signer
from tests.mail.conftest import MakeMailSite
from tests.mail.smtp_server import SmtpServer

SEEDS = 40
WORDS = ("价格", "é", "a", "", " ", "tail  ", ".", "From me", "=20", "x" * 200)


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def signer(request: pytest.FixtureRequest) -> DkimSigner:
    found = open_signer(make_key(request.param).decode(), "s1", "")
    assert found is not None
    return found


def is_valid(content: bytes, signer: DkimSigner) -> bool:
    """Verify by another implementation, which asks for the record of DNS."""

    def ask(name: bytes, timeout: int = 0) -> bytes | None:
        record = signer.make_record().encode()
        return record if name == b"s1._domainkey.shop.test." else None

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bool(verifier.verify(content, dnsfunc=ask))


def make_message(chance: random.Random) -> Message:
    lines = [chance.choice(WORDS) for _ in range(chance.randrange(12))]
    text = "\n".join(lines)
    message = Message(
        f"Order {chance.choice(WORDS)}",
        [("李雷", "ada@example.com"), *["b@example.com"] * chance.randrange(30)],
        text,
        sender=("Shop", "me@shop.test"),
        html=f"<p>{text}</p>" if chance.random() < 0.5 else None,
        cc=["c@example.com"] if chance.random() < 0.5 else None,
    )
    if chance.random() < 0.5:
        message.attach("报告.pdf", "application/pdf", chance.randbytes(3000))
    if chance.random() < 0.5:
        message.unsubscribe_with("https://shop.test/unsubscribe/token")
    return message


@pytest.mark.parametrize("seed", range(SEEDS))
def test_any_mail_is_signed(signer: DkimSigner, seed: int):
    content = bytes(make_message(random.Random(seed)))

    signed = signer.sign(content, "shop.test")

    assert signed.endswith(content)
    assert is_valid(signed, signer)
    assert all(len(line) < 998 for line in signed.split(b"\r\n"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: Order", b"Subject: Refund"),
        (b"me@shop.test", b"eve@shop.test"),
        (b"a small text", b"another text"),
        (b"\r\nTo: ", b"\r\nSubject: Second\r\nTo: "),
        (b"\r\nTo: ", b"\r\nFrom: eve@example.net\r\nTo: "),
        (b"\r\nTo: ", b"\r\nReply-To: eve@example.net\r\nTo: "),
        (b"t=1", b"t=2"),
    ],
)
def test_a_change_on_the_way_is_noticed(signer: DkimSigner, old: bytes, new: bytes):
    message = Message("Order", ["a@b.co"], "a small text", sender="me@shop.test")
    signed = signer.sign(bytes(message), "shop.test")
    assert is_valid(signed, signer)
    assert signed.count(old) >= 1

    assert not is_valid(signed.replace(old, new, 1), signer)


def test_spaces_that_servers_change_are_allowed(signer: DkimSigner):
    message = Message("A  b", ["a@b.co"], "one  two \n\n\n", sender="me@shop.test")
    signed = signer.sign(bytes(message), "shop.test")

    changed = signed.replace(b"one  two", b"one two").replace(b"A  b", b"A\r\n b")

    assert is_valid(changed.rstrip(b"\r\n") + b"\r\n", signer)


def test_only_the_domain_and_those_below_it_are_signed():
    signer = open_signer(make_key("ed25519").decode(), "s1", "shop.test")
    assert signer is not None

    assert signer.sign(b"From: a\r\n\r\n", "shop.test").startswith(b"DKIM-Signature")
    assert b"d=shop.test;" in signer.sign(b"From: a\r\n\r\n", "mail.shop.test")
    for other in ("example.com", "noshop.test", "test", "shop.test.example.com"):
        assert signer.sign(b"From: a\r\n\r\n", other) == b"From: a\r\n\r\n"


def test_a_mail_arrives_with_its_signature(
    smtp: SmtpServer, make_mail_site: MakeMailSite, tmp_path: Path
):
    path = tmp_path / "dkim.pem"
    path.write_bytes(make_key("rsa"))
    app, mail, state = make_mail_site(
        smtp, MAIL_DKIM_KEY=str(path), MAIL_DKIM_SELECTOR="s1"
    )
    assert state.signer is not None
    with app.app_context():
        text = ".\n..\nfrom\r\n tail"
        mail.send(Message("Order", ["a@b.co"], text, sender="me@shop.test"))

    assert is_valid(smtp.accepted[0][1], state.signer)


@pytest.mark.parametrize(
    ("key", "selector", "domain", "words"),
    [
        ("missing.pem", "s1", "", "No such file or directory: 'missing.pem'"),
        ("-----BEGIN PRIVATE KEY-----\nc2VjcmV0", "s1", "", "is no private key in PEM"),
        ("x", "S 1", "", "MAIL_DKIM_SELECTOR = 'S 1'"),
        ("x", "", "", "MAIL_DKIM_SELECTOR = ''"),
        ("x", "s1", "b=;d", "MAIL_DKIM_DOMAIN = 'b=;d'"),
        ("x", "s1", "a.b\n", "MAIL_DKIM_DOMAIN"),
    ],
)
def test_a_wrong_setting_is_named(key: str, selector: str, domain: str, words: str):
    with pytest.raises(SettingsError) as caught:
        open_signer(key, selector, domain)

    assert words in str(caught.value)
    assert "c2VjcmV0" not in str(caught.value)


def test_the_command_writes_a_key_and_prints_its_record(
    make_mail_site: MakeMailSite, tmp_path: Path
):
    app, _, _ = make_mail_site()
    path = tmp_path / "dkim.pem"
    run = app.test_cli_runner().invoke

    made = run(args=["mail", "dkim", "--new", str(path)])

    assert made.exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert "carboy._domainkey.example.com" in made.output
    signer = open_signer(str(path), "carboy", "")
    assert signer is not None
    record = made.output.splitlines()[-1]
    assert "".join(record.split('"')[1::2]) == signer.make_record()
    assert "File exists" in run(args=["mail", "dkim", "--new", str(path)]).output
    assert "MAIL_DKIM_KEY is not set" in run(args=["mail", "dkim"]).output
    assert "PRIVATE" not in repr(signer) + made.output
