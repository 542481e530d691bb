"""Sign mails by DKIM (RFC 6376), with RSA or Ed25519 keys (RFC 8463)."""

import base64
import hashlib
import re
import time
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import Any, Protocol

from carboy.errors import SettingsError
from carboy.extras import describe_missing

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
# Also signed where they are absent, so that nobody can add one on the way.
_ALWAYS = ("from", "to", "cc", "subject", "date", "message-id", "reply-to")
_SIGNED = (
    *_ALWAYS, "mime-version", "content-type", "content-transfer-encoding",
    "list-unsubscribe", "list-unsubscribe-post", "auto-submitted",
)  # fmt: skip
_SPACE = re.compile(rb"[ \t]+")
_LINE_LENGTH = 72


class SigningKey(Protocol):
    """A private key of one of the two kinds."""

    @property
    def kind(self) -> str:
        """The name in DNS: "rsa" or "ed25519"."""

    @property
    def public(self) -> bytes:
        """The public key, as it is in DNS."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature of data."""


@dataclass(frozen=True, slots=True)
class DkimSigner:
    """Signs the mails of a domain and of those below it."""

    key: SigningKey = field(repr=False)
    selector: str
    # Empty: the domain of each sender.
    domain: str = ""

    def sign(self, content: bytes, sender_domain: str) -> bytes:
        """Return a mail with a signature in front, or as it was for another domain."""
        domain = self.domain or sender_domain
        if sender_domain != domain and not sender_domain.endswith(f".{domain}"):
            return content
        head, _, body = content.partition(b"\r\n\r\n")
        headers = _split_headers(head)
        names = _choose_names(headers)
        body_hash = hashlib.sha256(_relax_body(body)).digest()
        unsigned = (
            f"DKIM-Signature: v=1; a={self.algorithm}; c=relaxed/relaxed;\r\n"
            f" d={domain}; s={self.selector}; t={int(time.time())};\r\n"
            f" h={_fold(':'.join(names), ':')};\r\n"
            f" bh={_encode(body_hash)};\r\n"
            f" b="
        ).encode()
        signed = b"".join(_pick_headers(headers, names))
        digest = signed + _relax_header(unsigned).removesuffix(b"\r\n")
        signature = _encode(self.key.sign(digest))
        return unsigned + _fold(signature).encode() + b"\r\n" + content

    @property
    def algorithm(self) -> str:
        """The name of the algorithm in the header."""
        return f"{self.key.kind}-sha256"

    def make_record(self) -> str:
        """Return the text of the DNS record that receivers verify mails with."""
        return f"v=DKIM1; k={self.key.kind}; p={_encode(self.key.public)}"


def open_signer(key: str, selector: str, domain: str) -> DkimSigner | None:
    """Return the signer of the settings, or None without a key."""
    if not key:
        return None
    for name, value in (("SELECTOR", selector), ("DOMAIN", domain)):
        if (value or name == "SELECTOR") and not _NAME.fullmatch(value):
            raise SettingsError(
                f"MAIL_DKIM_{name} = {value!r} is no name of DNS. Write it in small "
                f"letters, for example "
                f"{'mail2026' if name == 'SELECTOR' else 'example.com'!r}."
            )
    return DkimSigner(_find_in_keys("load_key")(key), selector, domain)


def make_key(kind: str) -> bytes:
    """Return a new private key as PEM: "rsa" with 2,048 bits, or "ed25519"."""
    pem: bytes = _find_in_keys("make_pem")(kind)
    return pem


def _find_in_keys(name: str) -> Any:
    """Return a function of the module that needs cryptography."""
    try:
        return resolve_name(f"carboy.mail.dkim_keys:{name}")
    except ModuleNotFoundError:
        text = describe_missing("MAIL_DKIM_KEY", "dkim", ["cryptography"])
        raise SettingsError(text) from None


def _split_headers(head: bytes) -> list[bytes]:
    """Return the headers, each with its continued lines."""
    return re.split(rb"\r\n(?![ \t])", head)


def _choose_names(headers: list[bytes]) -> list[str]:
    """Return the names to sign: each as often as it is there, some once more."""
    present = [_name_of(header) for header in headers]
    names = [name for name in _SIGNED for _ in range(present.count(name))]
    return names + list(_ALWAYS)


def _pick_headers(headers: list[bytes], names: list[str]) -> list[bytes]:
    """Return the headers of `names`, the last of a name first, as verifiers do."""
    left: dict[str, list[bytes]] = {}
    for header in headers:
        left.setdefault(_name_of(header), []).append(header)
    return [_relax_header(left[name].pop()) for name in names if left.get(name)]


def _name_of(header: bytes) -> str:
    return header.partition(b":")[0].strip().lower().decode("ascii", "replace")


def _relax_header(header: bytes) -> bytes:
    name, _, value = header.partition(b":")
    value = _SPACE.sub(b" ", value.replace(b"\r\n", b"")).strip()
    return name.strip().lower() + b":" + value + b"\r\n"


def _relax_body(body: bytes) -> bytes:
    lines = [_SPACE.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    text = b"\r\n".join(lines).rstrip(b"\r\n")
    return text + b"\r\n" if text else b""


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _fold(text: str, after: str = "") -> str:
    """Return a value over several lines, broken behind `after` or anywhere."""
    parts = re.findall(rf".{{1,{_LINE_LENGTH}}}(?:{after}|$)" if after else
                       rf".{{1,{_LINE_LENGTH}}}", text)  # fmt: skip
    return "\r\n ".join(parts)
