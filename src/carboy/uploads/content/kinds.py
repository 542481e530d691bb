"""The kinds of files that are known by their content; the name decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from carboy.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: how rules call it, and how it is sent to browsers."""

    name: str
    content_type: str
    extensions: tuple[str, ...]
    group: str


_BINARY = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

# Group → kind → type and extensions, the usual one first.
_TABLE = {
    "image": {
        "jpeg": ("image/jpeg", "jpg jpeg jpe jfif"),
        "png": ("image/png", "png apng"),
        "gif": ("image/gif", "gif"),
        "webp": ("image/webp", "webp"),
        "avif": ("image/avif", "avif"),
        "bmp": ("image/bmp", "bmp dib"),
        "tiff": ("image/tiff", "tif tiff"),
        "ico": ("image/x-icon", "ico"),
        "heic": ("image/heic", "heic heif"),
        "psd": ("image/vnd.adobe.photoshop", "psd"),
    },
    "document": {
        "pdf": ("application/pdf", "pdf"),
        "docx": (f"{_OFFICE}.wordprocessingml.document", "docx"),
        "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", "xlsx"),
        "pptx": (f"{_OFFICE}.presentationml.presentation", "pptx"),
        "odt": (f"{_OPEN}.text", "odt"),
        "ods": (f"{_OPEN}.spreadsheet", "ods"),
        "odp": (f"{_OPEN}.presentation", "odp"),
        "epub": ("application/epub+zip", "epub"),
        "rtf": ("application/rtf", "rtf"),
    },
    "text": {"text": ("text/plain", "txt csv md json log tsv rst yml yaml ini toml")},
    "audio": {
        "mp3": ("audio/mpeg", "mp3"),
        "ogg": ("audio/ogg", "ogg oga opus"),
        "wav": ("audio/wav", "wav"),
        "flac": ("audio/flac", "flac"),
        "m4a": ("audio/mp4", "m4a"),
    },
    "video": {
        "mp4": ("video/mp4", "mp4 m4v"),
        "webm": ("video/webm", "webm"),
        "quicktime": ("video/quicktime", "mov"),
        "matroska": ("video/x-matroska", "mkv"),
    },
    "archive": {
        "zip": ("application/zip", "zip"),
        "gzip": ("application/gzip", "gz tgz"),
        "tar": ("application/x-tar", "tar"),
        "bzip2": ("application/x-bzip2", "bz2"),
        "xz": ("application/x-xz", "xz"),
        "zstd": ("application/zstd", "zst"),
        "7z": ("application/x-7z-compressed", "7z"),
        "rar": ("application/vnd.rar", "rar"),
    },
    # Browsers run what is in them, or operating systems do. They are named so that a
    # rule can allow them, and are never sent as what they are.
    "active": {
        "html": (_BINARY, "html htm xhtml"),
        "svg": (_BINARY, "svg svgz"),
        "xml": (_BINARY, "xml"),
        "macros": (_BINARY, "docm xlsm pptm"),
        "ole": (_BINARY, "doc xls ppt msi"),
        "executable": (_BINARY, "exe dll elf so"),
        "java": (_BINARY, "jar class"),
        "script": (_BINARY, "sh py pl rb php"),
    },
    "other": {"binary": (_BINARY, "")},
}

KINDS = {
    name: Kind(name, content_type, tuple(extensions.split()), group)
    for group, kinds in _TABLE.items()
    for name, (content_type, extensions) in kinds.items()
}
BINARY_KIND = KINDS["binary"]
_BY_EXTENSION = {each: kind for kind in KINDS.values() for each in kind.extensions}


def find_kinds(names: Iterable[str]) -> frozenset[str]:
    """Return the kinds of names, groups and extensions: `["image", "pdf", "jpg"]`."""
    kinds: set[str] = set()
    for each in names:
        name = each.lower().lstrip(".")
        if name in _TABLE:
            kinds.update(_TABLE[name])
        elif name in KINDS:
            kinds.add(name)
        elif name in _BY_EXTENSION:
            kinds.add(_BY_EXTENSION[name].name)
        else:
            known = ", ".join([*_TABLE, *KINDS])
            raise ConfigError(
                f"There is no kind of file {each!r}. A rule names a group, a kind or "
                f"an extension; known are {known}."
            )
    return frozenset(kinds)
