"""Checks files that came before their form, by the rules of their column."""

import contextlib
from collections.abc import Iterator
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from carboy.uploads.app_state import uploads_state
from carboy.uploads.attached_columns import AttachedColumn, find_columns
from carboy.uploads.attachment import AttachedFile, KeptContent, OpenContent
from carboy.uploads.content.refusals import refuse_quota, refuse_size
from carboy.uploads.errors import FileMissingError
from carboy.uploads.rules import UploadRules
from carboy.uploads.storages import Storage
from carboy.uploads.stored_reader import open_stored

# Of the hidden field beside a file field, as the fields of forms have it.
KEPT_FIELD = "-kept"


@contextlib.contextmanager
def closing_content(accepted: AttachedFile) -> Iterator[AttachedFile]:
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
    def rules(self) -> UploadRules:
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

    def make_token(self, key: str, name: str) -> str:
        """Check a complete file; return a token that stands for it in its form."""
        state = uploads_state.current()
        with closing_content(self.accept(state.storage, key, name)) as accepted:
            return state.make_kept_files().keep(accepted, self.column.owner)

    def find_token(self, token: str) -> AttachedFile | None:
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

    def accept(self, storage: Storage, key: str, name: str) -> AttachedFile:
        """Check the complete file at a key; it moves from there with the row."""
        stored = storage.stat(key)
        path = storage.local_path(key)
        if stored is None:
            raise FileMissingError(f"The upload {name!r} is not there any more.")
        column = self.column
        intake = uploads_state.current().intake
        opened: Any = (
            path.open("rb") if path else open_stored(storage, key, stored.size)
        )
        # An image is written anew, and what came is left to the sweeper.
        with opened:
            accepted = intake.accept(
                FileStorage(opened, name), column.rules, column.owner
            )
        if column.rules.is_image:
            return accepted
        kept = KeptContent(storage, key)
        return column.rules.value_class(accepted.details, kept)
