"""The private keys that sign mails; no error shows any of them."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from carboy.errors import SettingsError

from .dkim import SigningKey

_ADVICE = "Make one with carboy mail dkim --new FILE."


@dataclass(frozen=True, slots=True)
class RsaKey:
    """A key of RSA, which all receivers know."""

    key: rsa.RSAPrivateKey = field(repr=False)
    public: bytes
    kind: str = "rsa"

    def sign(self, data: bytes) -> bytes:
        """Return the signature of data."""
        return self.key.sign(data, padding.PKCS1v15(), SHA256())


@dataclass(frozen=True, slots=True)
class Ed25519Key:
    """A key of Ed25519: short, and not known to all receivers."""

    key: ed25519.Ed25519PrivateKey = field(repr=False)
    public: bytes
    kind: str = "ed25519"

    def sign(self, data: bytes) -> bytes:
        """Return the signature of the hash of data, by RFC 8463."""
        return self.key.sign(hashlib.sha256(data).digest())


def make_pem(kind: str) -> bytes:
    """Return a new private key as PEM."""
    key = (
        ed25519.Ed25519PrivateKey.generate()
        if kind == "ed25519"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_key(text: str) -> SigningKey:
    """Return the key of PEM, or of the file that `text` names."""
    if "-----BEGIN" in text:
        # A line of .env has no line breaks.
        where, pem = "the key in the setting", text.replace("\\n", "\n").encode()
    else:
        where, pem = f"the file {text!r}", _read(text)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise SettingsError(
            f"MAIL_DKIM_KEY: {where} is no private key in PEM without a password. "
            f"{_ADVICE}"
        ) from None
    public = key.public_key()
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return Ed25519Key(key, public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    if isinstance(key, rsa.RSAPrivateKey):
        form = PublicFormat.SubjectPublicKeyInfo
        return RsaKey(key, public.public_bytes(Encoding.DER, form))
    raise SettingsError(
        f"MAIL_DKIM_KEY: {where} must be a key of RSA or of Ed25519. {_ADVICE}"
    )


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise SettingsError(
            f"MAIL_DKIM_KEY: {error.strerror}: {path!r}. {_ADVICE}"
        ) from None
