"""The value of an attachment column: what is known of a file without reading it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar, Protocol, Self

import msgspec

from carboy.core import AppState

from .content.kinds import BINARY_KIND, KINDS, Kind
from .errors import UploadError
from .storages import Storage

_CHUNK = 262_144


class UploadsSite(Protocol):
    """What an attachment needs of the site that it is used in."""

    storage: Storage

    def make_url(
        self,
        attachment: AttachedFile,
        variant: str | None,
        *,
        expires: int | None,
        download: bool,
        external: bool,
    ) -> str:
        """Return the URL of a file."""

    def list_variants(self, key: str) -> list[str]:
        """Return the names of the variants that a file has."""


class FileContent(Protocol):
    """The content of an attachment that is not stored at its key yet."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the content from its beginning, as often as it is asked for."""

    def store(self, storage: Storage, key: str, content_type: str) -> None:
        """Make the content that of a key."""

    def restore(self, storage: Storage, key: str) -> None:
        """Undo `store`."""


@dataclass(frozen=True, slots=True)
class OpenContent:
    """An open file that was checked."""

    file: BinaryIO

    def chunks(self) -> Iterator[bytes]:
        """Yield the content from its beginning, as often as it is asked for."""
        if self.file.closed:
            raise UploadError(
                "This file was closed before it was stored: the request in which it "
                "came has ended. Flush the session in that request."
            )
        self.file.seek(0)
        while data := self.file.read(_CHUNK):
            yield data

    def store(self, storage: Storage, key: str, content_type: str) -> None:
        """Write the file."""
        storage.write(key, self.chunks(), content_type=content_type)

    def restore(self, storage: Storage, key: str) -> None:
        """Delete what was written."""
        storage.delete(key)


@dataclass(frozen=True, slots=True)
class KeptContent:
    """A file that waits in the storage until its form is accepted."""

    storage: Storage
    waits_at: str

    def chunks(self) -> Iterator[bytes]:
        """Yield the content."""
        return self.storage.read(self.waits_at)

    def store(self, storage: Storage, key: str, content_type: str) -> None:
        """Move the file to its key."""
        del content_type
        storage.move(self.waits_at, key)

    def restore(self, storage: Storage, key: str) -> None:
        """Move the file back, so that the form can be sent again."""
        storage.move(key, self.waits_at)


@dataclass(frozen=True, slots=True)
class CopiedContent:
    """The file of another row, of which this one gets a copy."""

    storage: Storage
    key: str

    def chunks(self) -> Iterator[bytes]:
        """Yield the content."""
        return self.storage.read(self.key)

    def store(self, storage: Storage, key: str, content_type: str) -> None:
        """Write the copy."""
        storage.write(key, self.chunks(), content_type=content_type)

    def restore(self, storage: Storage, key: str) -> None:
        """Delete the copy."""
        storage.delete(key)


@dataclass(frozen=True, slots=True)
class FileDetails:
    """What is stored in the column of an attachment."""

    # Of our own making: the name of the sender is no part of it.
    key: str
    # As its sender called it: data to be shown, and never a path.
    name: str
    size: int
    # One of the kinds that are known by their content.
    kind: str
    # SHA-256 of the stored bytes, in hex.
    digest: str
    # Of an image.
    width: int = 0
    height: int = 0


# The same state as `carboy.uploads.app_state`, which knows this module.
_site: AppState[UploadsSite] = AppState("carboy_uploads")


class AttachedFile:
    """A file that belongs to a row.

    It is immutable: another file is another attachment, with another key. Two are equal
    if they have the same key.
    """

    # The groups of kinds that a rule accepts if it names none; all without any.
    default_kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, details: FileDetails, content: FileContent | None = None
    ) -> None:
        self.details = details
        self.key = details.key
        self.name = details.name
        self.size = details.size
        self.digest = details.digest
        # None when it is stored.
        self.content = content

    @property
    def content_type(self) -> str:
        """The type of the content, which was looked at; not what the sender said."""
        return self.kind.content_type

    @property
    def kind(self) -> Kind:
        """The kind of the content."""
        return KINDS.get(self.details.kind, BINARY_KIND)

    @property
    def is_inline(self) -> bool:
        """Return whether browsers may show it, rather than only save it."""
        return self.kind.group in {"audio", "video"}

    def url(
        self,
        variant: str | None = None,
        *,
        expires: int | None = None,
        download: bool = False,
        external: bool = False,
    ) -> str:
        """Return a signed URL: `user.avatar.url("small")`.

        That of a private file is valid for `expires` seconds, by default
        UPLOADS_LINK_EXPIRES. With `download` the browser saves the file.
        """
        return self._site.make_url(
            self, variant, expires=expires, download=download, external=external
        )

    def read(self) -> bytes:
        """Return the whole content; prefer `chunks` for large files."""
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """Yield the content; raise `FileMissingError` if it is not stored any more."""
        if self.content is not None:
            return self.content.chunks()
        return self._site.storage.read(self.key)

    def open(self) -> io.BytesIO:
        """Return the content as a file in memory."""
        return io.BytesIO(self.read())

    def to_json(self) -> dict[str, Any]:
        """Return what an API shows of the file: links and what is known of it."""
        return {
            "url": self.url(),
            "name": self.name,
            "size": self.size,
            "type": self.content_type,
        }

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of `to_json`."""
        properties = {
            "url": {"type": "string", "description": "A signed link to the file."},
            "name": {"type": "string", "description": "The name its sender gave it."},
            "size": {"type": "integer", "minimum": 0},
            "type": {"type": "string", "description": "The type of its content."},
        }
        return _describe_object(properties)

    def encode(self) -> str:
        """Return the text that is stored in the column."""
        return msgspec.json.encode(self.details).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the attachment of a text that `encode` returned."""
        return cls(msgspec.json.decode(text, type=FileDetails))

    @property
    def _site(self) -> UploadsSite:
        return _site.current()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AttachedFile):
            return NotImplemented
        return self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.size} bytes>"

    def __str__(self) -> str:
        return self.name


class Document(AttachedFile):
    """A document or text; it is always saved by the browser and never shown."""

    default_kinds: ClassVar[tuple[str, ...]] = ("document", "text")


class Image(AttachedFile):
    """An image that was decoded and written anew, without EXIF."""

    default_kinds: ClassVar[tuple[str, ...]] = ("jpeg", "png", "gif", "webp")

    @property
    def width(self) -> int:
        """The width in pixels."""
        return self.details.width

    @property
    def height(self) -> int:
        """The height in pixels."""
        return self.details.height

    @property
    def is_inline(self) -> bool:
        """Return whether browsers may show it: it has nothing but pixels."""
        return True

    def to_json(self) -> dict[str, Any]:
        """Return what an API shows of the image, with a link to each variant."""
        names = self._site.list_variants(self.key)
        return {
            **super().to_json(),
            "width": self.width,
            "height": self.height,
            "variants": {name: self.url(name) for name in names},
        }

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of `to_json`."""
        pixels = {"type": "integer", "minimum": 0}
        links = {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "A signed link to each variant, by its name.",
        }
        properties = super().json_schema()["properties"]
        return _describe_object({
            **properties,
            "width": pixels,
            "height": pixels,
            "variants": links,
        })


def _describe_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "readOnly": True,
    }
