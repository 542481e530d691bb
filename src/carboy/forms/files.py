"""Validators of files; Flask-WTF has the same in `flask_wtf.file`."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation, ValidationError

_KILOBYTE = 1024


class FileRequired:
    """Refuse a field without a file; `DataRequired` accepts an empty one."""

    def __init__(self, message: str | None = None) -> None:
        # WTForms gives these to the field.
        self.field_flags = {"required": True}
        self.message = message

    def __call__(self, _form: Any, field: Any) -> None:
        """Raise `StopValidation` unless a file was chosen."""
        # A field that keeps files over a form error has one without it being sent.
        if not (_list_files(field) or getattr(field, "has_file", False)):
            raise StopValidation(self.message or field.gettext("Choose a file."))


class FileAllowed:
    """Refuse a file whose name ends otherwise: `FileAllowed(["jpg", "png"])`.

    The name is what the client says; what is in the file has to be looked at as well.
    """

    def __init__(self, extensions: Iterable[str], message: str | None = None) -> None:
        self.extensions = {each.lower().lstrip(".") for each in extensions}
        self.message = message

    def __call__(self, _form: Any, field: Any) -> None:
        """Raise `ValidationError` for another extension."""
        for file in _list_files(field):
            extension = PurePath(file.filename or "").suffix.lower().lstrip(".")
            if extension not in self.extensions:
                known = ", ".join(sorted(self.extensions))
                text = field.gettext("Choose a file of one of these types: %(types)s.")
                raise ValidationError(self.message or text % {"types": known})


class FileSize:
    """Refuse a file that is larger than `max_size` or smaller than `min_size` bytes."""

    def __init__(
        self, max_size: int, min_size: int = 0, message: str | None = None
    ) -> None:
        self.max_size = max_size
        self.min_size = min_size
        self.message = message

    def __call__(self, _form: Any, field: Any) -> None:
        """Raise `ValidationError` for a file of another size."""
        for file in _list_files(field):
            size = file.stream.seek(0, 2)
            file.stream.seek(0)
            if not self.min_size <= size <= self.max_size:
                text = field.gettext("Choose a file of at most %(most)d kB.")
                most = max(self.max_size // _KILOBYTE, 1)
                raise ValidationError(self.message or text % {"most": most})


def _list_files(field: Any) -> list[FileStorage]:
    # Fields of the battery for uploads have something else in `data`.
    data = getattr(field, "sent_files", field.data)
    data = data if isinstance(data, list | tuple) else [data]
    return [each for each in data if isinstance(each, FileStorage) and each.filename]
