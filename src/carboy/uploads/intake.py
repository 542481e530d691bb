"""Check a file that was sent, and make an attachment of it that is not stored yet."""

import hashlib
import io
import re
import secrets
from dataclasses import dataclass
from typing import Any, BinaryIO

from werkzeug.datastructures import FileStorage

from .attachment import AttachedFile, FileDetails, OpenContent
from .content.archives import list_zip
from .content.detect import detect_kind
from .content.images import ImageProcesses
from .content.kinds import KINDS, Kind
from .content.names import clean_name, name_for_kind
from .content.refusals import (
    refuse_empty,
    refuse_kind,
    refuse_quota,
    refuse_size,
)
from .content.temporary import make_temporary
from .rules import UploadRules

_CHUNK = 262_144
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
_ZIPPED = frozenset({"zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"})


@dataclass(frozen=True, slots=True)
class Intake:
    """Checks the files of one site."""

    images: ImageProcesses
    max_size: int

    def accept(
        self,
        file: FileStorage,
        rules: UploadRules,
        owner: str,
        *,
        check_quota: bool = True,
    ) -> AttachedFile:
        """Return an attachment that is not stored, or raise `UploadRefusedError`."""
        stream = make_seekable(file)
        most = self.max_size if rules.max_size is None else rules.max_size
        size, digest = _measure(stream, most)
        if check_quota and rules.quota is not None:
            left = rules.quota()
            if left is not None and size > left:
                raise refuse_quota(left)
        kind = detect_kind(stream)
        _check_kind(stream, kind, rules)
        name = name_for_kind(clean_name(file.filename), kind)
        if rules.is_image:
            return self._accept_image(stream, kind, name, rules, owner)
        details = FileDetails(make_key(owner, kind), name, size, kind.name, digest)
        return rules.value_class(details, OpenContent(stream))

    def _accept_image(
        self, stream: BinaryIO, kind: Kind, name: str, rules: UploadRules, owner: str
    ) -> AttachedFile:
        image = self.images.encode(stream, kind.name)
        size, digest = _measure(image.file, None)
        written = KINDS[image.kind]
        details = FileDetails(
            make_key(owner, written),
            name_for_kind(name, written),
            size,
            written.name,
            digest,
            image.width,
            image.height,
        )
        return rules.value_class(details, OpenContent(image.file))


def make_key(owner: str, kind: Kind) -> str:
    """Return a key that nobody can guess, below the name of the column that owns it."""
    name = secrets.token_hex(16)
    extension = f".{kind.extensions[0]}" if _is_shown(kind) else ""
    return f"{owner}/{name[:2]}/{name}{extension}"


def make_owner(table: str, column: str) -> str:
    """Return the first part of the keys of a column.

    >>> make_owner("users", "avatar")
    'users.avatar'
    """
    text = _UNSAFE.sub("-", f"{table}.{column}")
    return text if text[0] not in ".-" else f"_{text}"


def make_seekable(file: FileStorage) -> BinaryIO:
    """Return the stream of a file, copied if it can be read only once."""
    stream: Any = file.stream
    is_seekable = getattr(stream, "seekable", None)
    if is_seekable is None or is_seekable():
        seekable: BinaryIO = stream
        return seekable
    copy = make_temporary()
    while data := stream.read(_CHUNK):
        copy.write(data)
    return copy


def _measure(stream: BinaryIO, most: int | None) -> tuple[int, str]:
    """Return size and digest; raise for an empty file and for one above `most`."""
    size = stream.seek(0, io.SEEK_END)
    if most is not None and size > most:
        raise refuse_size(most)
    if not size:
        raise refuse_empty()
    stream.seek(0)
    digest = hashlib.sha256()
    while data := stream.read(_CHUNK):
        digest.update(data)
    return size, digest.hexdigest()


def _check_kind(stream: BinaryIO, kind: Kind, rules: UploadRules) -> None:
    if rules.kinds is not None and kind.name not in rules.kinds:
        raise refuse_kind(", ".join(sorted(rules.list_extensions())))
    if rules.kinds is not None and kind.name in _ZIPPED:
        list_zip(stream, rules.archive)


def _is_shown(kind: Kind) -> bool:
    return bool(kind.extensions) and kind.group not in {"active", "other"}
