"""Fields of forms for attachments: `avatar = AttachmentField(User.avatar)`.

They need WTForms, the extra `forms`. Without JavaScript they are a plain file input.
"""

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from carboy.translation import gettext as _

from .app_state import UploadsState, uploads_state
from .attachment import AttachedFile
from .column import AttachmentType
from .content.refusals import refuse_count
from .errors import UploadError, UploadRefusedError
from .intake import make_owner
from .rules import UploadRules
from .widget import AttachmentWidget


class AttachmentField(FileField):
    """A file by the rules of a column; `data` is an attachment, or None.

    A file that is accepted stays when another field of the form is not: it need not be
    chosen again. Without a new file, the object keeps the one that it has.
    """

    widget: Any = AttachmentWidget()
    # The most files that the field takes.
    max_files = 1
    # Whether the row of the form needs the file; others are rows of their own.
    _is_of_one_row = True

    def __init__(
        self,
        column: Any,
        label: str | None = None,
        validators: list[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.rules, self.owner, self.is_nullable = _read_column(column)
        # What was sent, for the validators of `carboy.forms`.
        self.sent_files: list[FileStorage] = []
        self._tokens: list[str] = []
        self._wants_removal = False
        super().__init__(label, validators, **kwargs)
        if not self.is_nullable and self._is_of_one_row:
            self.flags.required = True

    @property
    def has_file(self) -> bool:
        """Return whether there is a file: a new, a kept or the present one."""
        return bool(self.data)

    @property
    def can_be_removed(self) -> bool:
        """Return whether the page offers to remove the present file."""
        present = getattr(self, "object_data", None)
        return bool(present) and self.is_nullable and not self.flags.required

    def process(
        self, formdata: Any, data: Any = unset_value, extra_filters: Any = None
    ) -> None:
        """Read the files, and the tokens of those that were sent before."""
        super().process(formdata, data, extra_filters)
        if formdata is not None:
            self._tokens = formdata.getlist(f"{self.name}-kept")[: self.max_files]
            self._wants_removal = bool(formdata.get(f"{self.name}-remove"))

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Note the files; what they are is seen when the form is validated."""
        self.sent_files = [
            each
            for each in valuelist
            if isinstance(each, FileStorage) and (each.filename or _has_content(each))
        ]

    def pre_validate(self, form: Any) -> None:
        """Check the files by the rules of the column."""
        del form
        if self._wants_removal and not self.sent_files and self.can_be_removed:
            self.data = None
            return
        self._wants_removal = False
        state = uploads_state.current()
        try:
            accepted = self._accept(state)
        except UploadRefusedError as error:
            raise StopValidation(str(error)) from None
        if accepted:
            self._set_accepted(accepted)
        elif self.flags.required and not self.has_file:
            raise StopValidation(_("Choose a file."))

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Close what was decoded of files that a validator has refused."""
        del form, validation_stopped
        if self.errors:
            self.process_data(self.object_data)

    def populate_obj(self, obj: Any, name: str) -> None:
        """Set a new file, or remove the present one; otherwise leave it."""
        if self._wants_removal:
            setattr(obj, name, None)
        elif self.data is not None and self.data is not self.object_data:
            setattr(obj, name, self.data)

    def list_accepted(self) -> list[AttachedFile]:
        """Return the files that were accepted and are not stored at their key."""
        data = self.data if isinstance(self.data, list) else [self.data]
        return [each for each in data if each is not None and each.content is not None]

    def _set_accepted(self, accepted: list[AttachedFile]) -> None:
        self.data = accepted[-1]

    def _accept(self, state: UploadsState) -> list[AttachedFile]:
        if len(self.sent_files) > self.max_files:
            raise refuse_count(self.max_files)
        new = [self._accept_one(state, each) for each in self.sent_files]
        if new and self.max_files == 1:
            return new
        kept_files = state.make_kept_files()
        kept = [
            kept_files.find(token, self.owner, self.rules.value_class)
            for token in self._tokens
        ]
        found = [each for each in kept if each is not None]
        if len(found) < len(kept) and not new:
            raise UploadRefusedError(_("Choose the file again."), "kept")
        if len(found) + len(new) > self.max_files:
            raise refuse_count(self.max_files)
        return [*found, *new]

    def _accept_one(self, state: UploadsState, file: FileStorage) -> AttachedFile:
        if not file.filename:
            raise UploadRefusedError(
                _("This file has no name. Choose another one."), "name"
            )
        return state.intake.accept(file, self.rules, self.owner)


class MultipleAttachmentField(AttachmentField):
    """Several files by the rules of a column; `data` is a list of attachments.

    `populate_obj` leaves the object alone: make a row of each file. No file is needed,
    also if the column cannot be null; `FileRequired` asks for one.
    """

    widget: Any = AttachmentWidget(multiple=True)
    _is_of_one_row = False

    def __init__(
        self,
        column: Any,
        label: str | None = None,
        validators: list[Any] | None = None,
        *,
        max_files: int = 10,
        **kwargs: Any,
    ) -> None:
        self.max_files = max_files
        super().__init__(column, label, validators, **kwargs)

    def process_data(self, value: Any) -> None:
        """Begin without files; those of the object are rows of their own."""
        del value
        self.data: Any = []

    def populate_obj(self, obj: Any, name: str) -> None:
        """Leave the object alone."""

    def _set_accepted(self, accepted: list[AttachedFile]) -> None:
        self.data = accepted


def _read_column(column: Any) -> tuple[UploadRules, str, bool]:
    """Return the rules of a column: `User.avatar`."""
    columns = getattr(getattr(column, "property", None), "columns", ())
    for each in columns:
        if isinstance(each.type, AttachmentType):
            owner = make_owner(each.table.name, each.name)
            return each.type.rules, owner, bool(each.nullable)
    raise UploadError(
        f"{column!r} is no attachment column. Pass the attribute of a model that is "
        f"declared with attachment(): AttachmentField(User.avatar)."
    )


def _has_content(file: FileStorage) -> bool:
    first = file.stream.read(1)
    file.stream.seek(0)
    return bool(first)
