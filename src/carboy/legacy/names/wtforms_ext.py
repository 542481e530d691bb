"""`wtforms.ext`: fields whose choices are rows of a database."""

import operator
from collections.abc import Callable, Iterator
from pkgutil import resolve_name
from typing import Any

from sqlalchemy import inspect
from wtforms import widgets
from wtforms.fields import SelectFieldBase
from wtforms.validators import ValidationError

from carboy.legacy.rows import rows_of

_HERE = "carboy.legacy.names.wtforms_ext"
_BLANK = "__None"


def get_pk_from_identity(obj: Any) -> str:
    """Return the primary key of a row as text."""
    return ":".join(str(part) for part in inspect(obj).identity)


_choice: Any = resolve_name("wtforms.fields.choices:Choice")


def make_choice(key: str, label: Any, selected: bool) -> Any:
    """Return an option of a select, as this version of WTForms takes it."""
    return _choice(key, label, selected, {})


class QuerySelectField(SelectFieldBase):
    """A choice between the rows of a query; its data is the row."""

    widget = widgets.Select()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        query_factory: Callable[[], Any] | None = None,
        get_pk: Callable[[Any], Any] | None = None,
        get_label: Any = None,
        allow_blank: bool = False,
        blank_text: str = "",
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.query_factory = query_factory
        self.query: Any = None
        self.get_pk = get_pk or get_pk_from_identity
        if isinstance(get_label, str):
            get_label = operator.attrgetter(get_label)
        self.get_label = get_label or (lambda row: row)
        self.allow_blank, self.blank_text = allow_blank, blank_text
        self._formdata: Any = None

    def list_rows(self) -> list[tuple[str, Any]]:
        """List the rows, each with its key as text."""
        query = self.query if self.query is not None else None
        if query is None and self.query_factory is not None:
            query = self.query_factory()
        return [(str(self.get_pk(row)), row) for row in query or ()]

    @property
    def data(self) -> Any:
        """The row that was chosen, or None."""
        if self._formdata is not None:
            self._data = next(
                (row for key, row in self.list_rows() if key == self._formdata), None
            )
            self._formdata = None if self._data is not None else self._formdata
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        self._data = value
        self._formdata = None

    def iter_choices(self) -> Iterator[Any]:
        """Yield the options of the select."""
        if self.allow_blank:
            yield make_choice(_BLANK, self.blank_text, self.data is None)
        for key, row in self.list_rows():
            yield make_choice(key, self.get_label(row), row == self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Remember the key that was sent; the row is found when it is asked for."""
        if valuelist:
            self._data = None
            is_blank = self.allow_blank and valuelist[0] == _BLANK
            self._formdata = None if is_blank else valuelist[0]

    def pre_validate(self, form: Any) -> None:
        """Refuse a key that is none of the rows."""
        del form
        if self.data is None and (not self.allow_blank or self._formdata is not None):
            raise ValidationError(self.gettext("Not a valid choice"))


class QuerySelectMultipleField(QuerySelectField):
    """A choice of any number of rows; its data is a list of them."""

    widget = widgets.Select(multiple=True)
    _unknown: set[str]

    @property
    def data(self) -> Any:
        """The rows that were chosen."""
        if self._formdata is not None:
            keys = set(self._formdata)
            rows = [(key, row) for key, row in self.list_rows() if key in keys]
            self._data = [row for _, row in rows]
            self._unknown = keys - {key for key, _ in rows}
            self._formdata = None
        return self._data or []

    @data.setter
    def data(self, value: Any) -> None:
        self._data = value
        self._formdata = None
        self._unknown = set()

    def iter_choices(self) -> Iterator[Any]:
        """Yield the options of the select."""
        for key, row in self.list_rows():
            yield make_choice(key, self.get_label(row), row in self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Remember the keys that were sent."""
        self._formdata = [*valuelist]

    def pre_validate(self, form: Any) -> None:
        """Refuse keys that are none of the rows."""
        del form
        _ = self.data
        if self._unknown:
            raise ValidationError(self.gettext("Not a valid choice"))


_FIELDS = {
    name: f"{_HERE}:{name}"
    for name in ("QuerySelectField", "QuerySelectMultipleField", "get_pk_from_identity")
}
_FORMS = {
    "csrf": "SecureForm",
    "csrf.form": "SecureForm",
    "csrf.session": "SessionSecureForm",
    "i18n.form": "Form",
}
_EDIT = "carboy.forms.model_form, or pip install wtforms-sqlalchemy"

MODULES = (
    "wtforms.ext",
    "wtforms.ext.sqlalchemy",
    "wtforms.ext.sqlalchemy.fields",
    "wtforms.ext.csrf",
    "wtforms.ext.csrf.form",
    "wtforms.ext.csrf.session",
    "wtforms.ext.i18n",
    "wtforms.ext.i18n.form",
    "wtforms.ext.sqlalchemy.orm",
)
ROWS = (
    *rows_of("wtforms.ext.sqlalchemy.fields", "WTForms 3.0", _FIELDS, _EDIT),
    *(
        row
        for module, name in _FORMS.items()
        for row in rows_of(
            f"wtforms.ext.{module}",
            "WTForms 3.0",
            {name: "carboy.forms:Form"},
            "from carboy.forms import Form",
        )
    ),
    *rows_of(
        "wtforms.ext.sqlalchemy.orm",
        "WTForms 3.0",
        {"model_form": "carboy.forms:model_form"},
    ),
)
