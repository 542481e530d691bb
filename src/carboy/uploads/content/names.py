"""The names of files: kept as data and shown, never used as a path."""

import re
import unicodedata
from pathlib import PurePosixPath

from .kinds import Kind

MAX_NAME = 200
# A longer one is no extension.
_MAX_SUFFIX = 16
_DEFAULT = "file"
# Control characters, line and paragraph separators, marks that reverse the text or
# cannot be seen, what is not assigned, private or half of a pair.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.I
)
_RESERVED = re.compile(r'[<>:"|?*]')


def clean_name(name: str | None) -> str:
    """Return the name that a person gave a file, without a path and hidden marks.

    >>> clean_name("C:\\\\photos\\\\我的头像.jpg")
    '我的头像.jpg'
    """
    text = unicodedata.normalize("NFC", name or "")
    text = text.replace("\\", "/").rpartition("/")[2]
    text = "".join(each for each in text if unicodedata.category(each) not in _HIDDEN)
    text = _RESERVED.sub("_", " ".join(text.split())).strip(". ")
    text = _shorten(text)
    if _DEVICES.match(text):
        text = f"_{text}"
    return text or _DEFAULT


def name_for_kind(name: str, kind: Kind) -> str:
    """Return a name whose extension is one of the kind: `a.html` → `a.html.png`.

    A file of an active or unknown kind keeps its name: it is only ever saved.
    """
    if not kind.extensions or kind.group in {"active", "other"}:
        return name
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    if suffix in kind.extensions:
        return name
    extension = f".{kind.extensions[0]}"
    return f"{_cut(name, MAX_NAME - len(extension))}{extension}"


def _shorten(name: str) -> str:
    """Return at most MAX_NAME bytes of a name, with its extension."""
    if len(name.encode()) <= MAX_NAME:
        return name
    suffix = PurePosixPath(name).suffix
    # A long one is no extension.
    suffix = suffix if len(suffix.encode()) <= 16 else ""
    stem = name.removesuffix(suffix) if suffix else name
    return _cut(stem, MAX_NAME - len(suffix.encode())) + suffix


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore").rstrip(". ")
