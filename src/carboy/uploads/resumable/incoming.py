"""Files that came before their form: they wait in the storage below `incoming/`.

What no form takes is an orphan, which the sweeper removes.
"""

import contextlib
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import request
from werkzeug.datastructures import FileStorage

from carboy.uploads.app_state import uploads_state
from carboy.uploads.attached_columns import AttachedColumn, find_columns
from carboy.uploads.attachment import Attachment, KeptContent, OpenContent
from carboy.uploads.content.refusals import refuse_quota, refuse_size
from carboy.uploads.errors import FileMissingError
from carboy.uploads.kept import INCOMING
from carboy.uploads.rules import Rules
from carboy.uploads.storages import Storage

from .stored_reader import open_stored

# Of the hidden field beside a file field, as the fields of forms have it.
KEPT_FIELD = "-kept"
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """What is known of a file that is on its way."""

    id: str
    # As its sender calls it.
    name: str
    length: int
    # Seconds since 1970.
    expires: float
    # Of its parts.
    upload_id: str = ""

    @property
    def root(self) -> str:
        """The first part of the keys of all that belongs to the file."""
        return f"{INCOMING}/{self.id}"

    @property
    def key(self) -> str:
        """Where the file waits once it is complete."""
        return f"{self.root}/file"


def make_id() -> str:
    """Return a name that nobody can guess: who knows it may write the file."""
    return secrets.token_hex(16)


def write_incoming(storage: Storage, file: IncomingFile) -> None:
    """Store what is known of a file."""
    storage.write(f"{file.root}/info", [msgspec.json.encode(file)])


def find_incoming(
    storage: Storage, file_id: str, clock: Callable[[], float]
) -> IncomingFile | None:
    """Return what is known of a file, or None if there is none or it has expired."""
    key = f"{INCOMING}/{file_id}/info"
    if not _ID.fullmatch(file_id) or storage.stat(key) is None:
        return None
    data = b"".join(storage.read(key))
    file = msgspec.json.decode(data, type=IncomingFile)
    return file if file.expires > clock() else None


def remove_incoming(storage: Storage, file: IncomingFile) -> None:
    """Remove all that is stored of a file."""
    for stored in list(storage.list_files(f"{file.root}/")):
        storage.delete(stored.key)


@contextlib.contextmanager
def closing_content(accepted: Attachment) -> Iterator[Attachment]:
    """Close the file of an image that was written anew, at the end of the block."""
    try:
        yield accepted
    finally:
        if isinstance(accepted.content, OpenContent):
            accepted.content.file.close()


class ColumnIntake:
    """Checks files for one attachment column, named as `Film.video`."""

    def __init__(self, attribute: Any) -> None:
        self._attribute = attribute

    @property
    def column(self) -> AttachedColumn:
        """The column, which is known once the models are complete."""
        name = self._attribute.key
        [column] = [
            each
            for each in find_columns(self._attribute.parent)
            if each.attribute == name
        ]
        return column

    @property
    def rules(self) -> Rules:
        """What the column accepts."""
        return self.column.rules

    @property
    def max_size(self) -> int:
        """The most bytes of a file."""
        rules = self.rules
        default = uploads_state.current().intake.max_size
        return default if rules.max_size is None else rules.max_size

    def check_length(self, length: int) -> None:
        """Raise `UploadRefusedError` for a file that is too large, before it comes."""
        if length > self.max_size:
            raise refuse_size(self.max_size)
        left = self.rules.quota() if self.rules.quota else None
        if left is not None and length > left:
            raise refuse_quota(left)

    def make_token(self, file: IncomingFile) -> str:
        """Check a complete file; return a token that stands for it in its form."""
        state = uploads_state.current()
        with closing_content(self.accept(state.storage, file)) as accepted:
            return state.make_kept_files().keep(accepted, self.column.owner)

    def find_token(self, token: str) -> Attachment | None:
        """Return the file of a token, or None if it is too old or no token."""
        column = self.column
        kept_files = uploads_state.current().make_kept_files()
        return kept_files.find(token, column.owner, column.rules.value_class)

    def find_in_form(self, name: str) -> Any:
        """Return the attachment or the plain file in a field of the current request."""
        token = request.form.get(name + KEPT_FIELD, "")
        if token:
            return self.find_token(token)
        file = request.files.get(name)
        return file if file is not None and file.filename else None

    def accept(self, storage: Storage, file: IncomingFile) -> Attachment:
        """Check a complete file; its content moves to its key with the row."""
        stored = storage.stat(file.key)
        path = storage.local_path(file.key)
        if stored is None:
            raise FileMissingError(f"The upload {file.name!r} is not there any more.")
        column = self.column
        intake = uploads_state.current().intake
        opened: Any = (
            path.open("rb") if path else open_stored(storage, file.key, stored.size)
        )
        # An image is written anew, and what came is left to the sweeper.
        with opened:
            accepted = intake.accept(
                FileStorage(opened, file.name), column.rules, column.owner
            )
        if column.rules.is_image:
            return accepted
        kept = KeptContent(storage, file.key)
        return column.rules.value_class(accepted.details, kept)
