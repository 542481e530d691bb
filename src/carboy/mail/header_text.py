"""Write headers whose text is taken literally.

The classes of `email` decode encoded words (`=?utf-8?q?=0D=0ABcc:…?=`) in what they
are given, also line breaks in them, which add headers on Python before 3.11.10.
"""

import re
from collections.abc import Iterable
from email.header import Header
from email.headerregistry import Address
from email.policy import Policy
from email.utils import quote
from typing import Self
from urllib.parse import quote as percent_encode

_LINE = 76
_SPECIAL = re.compile(r'[()<>@,:;".\[\]\\]')
_SIMPLE_FILE = re.compile(r"[ !#$&+.0-9A-Z^_`a-z{}~()=,@-]{0,60}")


class LiteralHeader(str):
    """A header that a message stores and writes as it is."""

    __slots__ = ("lines", "name")

    name: str
    lines: tuple[str, ...]

    def __new__(cls, name: str, lines: Iterable[str]) -> Self:
        """Return the header of a name; its lines are ASCII."""
        lines = tuple(lines)
        header = super().__new__(cls, " ".join(lines))
        header.name = name
        header.lines = lines
        return header

    def fold(self, *, policy: Policy) -> str:
        """Return the header with the line breaks of a policy: `email` calls it."""
        text = f"{policy.linesep} ".join(self.lines)
        return f"{self.name}: {text}{policy.linesep}"


def make_text_header(name: str, text: str) -> LiteralHeader:
    """Return a header of any text."""
    return LiteralHeader(name, _encode_text(text, len(name) + 2))


def make_address_header(name: str, addresses: Iterable[Address]) -> LiteralHeader:
    """Return a header of addresses, each on a line of its own."""
    lines = [line for one in addresses for line in _write_address(one)]
    return LiteralHeader(name, [*lines[:-1], lines[-1].removesuffix(",")])


def make_disposition_header(disposition: str, filename: str | None) -> LiteralHeader:
    """Return the header with the name of an attached file (RFC 2231)."""
    lines = [disposition]
    if (
        filename is not None
        and _is_plain(filename)
        and _SIMPLE_FILE.fullmatch(filename)
    ):
        lines.append(f'filename="{filename}"')
    elif filename is not None:
        encoded = percent_encode(filename, safe="")
        parts = re.findall(r"(?:%..|[^%]){1,20}", f"UTF-8''{encoded}")
        lines += [f"filename*{n}*={part}" for n, part in enumerate(parts)]
    return LiteralHeader(
        "Content-Disposition", [*(f"{line};" for line in lines[:-1]), lines[-1]]
    )


def _write_address(address: Address) -> list[str]:
    spec = address.addr_spec
    if not spec.isascii():
        spec = " ".join(_encode_text(spec, 0))
    name = address.display_name
    if not name:
        return [f"{spec},"]
    if not _is_plain(name) or len(name) > _LINE - 20:
        return [*_encode_words(name, 0), f"<{spec}>,"]
    return [f'"{quote(name)}"' if _SPECIAL.search(name) else name, f"<{spec}>,"]


def _encode_text(text: str, used: int) -> list[str]:
    if not _is_plain(text):
        return _encode_words(text, used)
    if len(text) + used <= _LINE:
        return [text]
    lines = Header(text, "us-ascii", maxlinelen=_LINE).encode(linesep="\n").split("\n")
    # A word that does not fit in a line is encoded with the others.
    if any(len(line) > 900 for line in lines):
        return _encode_words(text, used)
    return [line.strip(" ") for line in lines]


def _encode_words(text: str, used: int) -> list[str]:
    header = Header(text, "utf-8", maxlinelen=_LINE - used)
    return [line.strip(" ") for line in header.encode(linesep="\n").split("\n")]


def _is_plain(text: str) -> bool:
    return text.isascii() and "=?" not in text
