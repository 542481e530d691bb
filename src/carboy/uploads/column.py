"""The column type of attachments, and the declaration of a column: `attachment()`."""

from pkgutil import resolve_name
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column
from typing_extensions import override

from .attachment import AttachedFile
from .errors import UploadError
from .rules import UploadRules, make_rules

T = TypeVar("T")


class Attached(Mapped[T]):
    """The annotation of an attachment column: `avatar: Attached[Image | None]`."""

    inherit_cache = True


class AttachmentType(sa.TypeDecorator[AttachedFile]):
    """Stores what is known of a file as JSON in a text, its key first."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, rules: UploadRules | None = None) -> None:
        super().__init__()
        # Not part of the key of compiled statements: a rule changes no SQL.
        self._rules = rules or UploadRules()

    @property
    def rules(self) -> UploadRules:
        """What the column accepts."""
        return self._rules

    @property
    def python_type(self) -> type[AttachedFile]:
        """The class of the values."""
        return self._rules.value_class

    def make_form_field(self, attribute: Any, texts: dict[str, Any]) -> Any:
        """Return the field of a form for this column, as `model_form` asks for it."""
        field = resolve_name("carboy.uploads.fields:AttachmentField")
        return field(attribute, **texts)

    @override
    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Return the text of an attachment that is stored."""
        if value is None:
            return None
        if not isinstance(value, AttachedFile):
            raise UploadError(
                f"An attachment column cannot hold {type(value).__name__}. Assign a "
                f"file of request.files to the attribute of an object."
            )
        if value.content is not None:
            raise UploadError(
                f"The file {value.name!r} is not stored. Assign it to the attribute of "
                f"an object and flush the session: bulk statements store no files."
            )
        return value.encode()

    @override
    def process_result_value(
        self, value: Any, dialect: sa.Dialect
    ) -> AttachedFile | None:
        """Return the attachment of a row."""
        return None if value is None else self._rules.value_class.decode(value)


def attachment(
    value_class: type[AttachedFile] = AttachedFile,
    *,
    nullable: bool = True,
    deferred: bool = False,
    **rules: Any,
) -> MappedColumn[Any]:
    """Declare a column that holds a file.

    `avatar: Attached[Image | None] = attachment(Image, max_size="2 MB")`. The rules are
    `max_size`, `kinds`, `variants`, `private`, `policy`, `quota` and `archive`.
    """
    column_type = AttachmentType(make_rules(value_class, **rules))
    return mapped_column(column_type, nullable=nullable, deferred=deferred)
