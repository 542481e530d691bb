"""Forms made from models: types, limits and choices come from the columns."""

import enum
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
import wtforms
from sqlalchemy import orm
from wtforms.fields import Field, SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from carboy.errors import ConfigError

from .form import AUTO, Form
from .validators import InputRequired, Length, NumberRange, Optional, Unique

# From special to general: the first type that a column's type is an instance of.
_FIELDS: tuple[tuple[type[Any], type[Field]], ...] = (
    (sa.Boolean, wtforms.BooleanField),
    (sa.Enum, wtforms.SelectField),
    (sa.Text, wtforms.TextAreaField),
    (sa.String, wtforms.StringField),
    (sa.Integer, wtforms.IntegerField),
    (sa.Float, wtforms.FloatField),
    (sa.Numeric, wtforms.DecimalField),
    (sa.DateTime, wtforms.DateTimeLocalField),
    (sa.Date, wtforms.DateField),
    (sa.Time, wtforms.TimeField),
)
_BITS = {sa.SmallInteger: 15, sa.BigInteger: 63}


def model_form(
    model: type[Any],
    base: type[Form] = Form,
    *,
    only: Iterable[str] | None = None,
    exclude: Iterable[str] = (),
    session: Callable[[], orm.Session] | None = None,
    labels: Mapping[str, str] | None = None,
) -> type[Form]:
    """Return a form class with a field for each column of `model` that people fill in.

    Left out are keys, foreign keys, and columns that make their own value; `only`
    names fields in the order of the form, and may bring those back. `session` returns
    the session in which unique values are looked up.
    """
    mapper = sa.inspect(model)
    columns = {prop.key: prop.columns[0] for prop in mapper.column_attrs}
    names = list(only) if only is not None else _list_editable(mapper, columns)
    skipped = set(exclude)
    for name in (*names, *skipped):
        if name not in columns:
            msg = (
                f"{model.__name__} has no column {name!r}. "
                f"It has {', '.join(sorted(columns))}."
            )
            raise ConfigError(msg)
    fields = {
        name: _make_field(model, name, columns[name], session, labels or {})
        for name in names
        if name not in skipped and not hasattr(base, name)
    }
    return type(f"{model.__name__}Form", (_ModelForm, base), fields)


class _ModelForm(Form):
    """Remembers which object is edited, so that its own values count as free."""

    def __init__(self, formdata: Any = AUTO, obj: Any = None, **kwargs: Any) -> None:
        self.edited = obj
        super().__init__(formdata, obj, **kwargs)


def _list_editable(
    mapper: orm.Mapper[Any], columns: Mapping[str, sa.Column[Any]]
) -> list[str]:
    return [
        name
        for name, column in columns.items()
        if not column.primary_key
        and not column.foreign_keys
        and not isinstance(column.type, sa.LargeBinary)
        and column.server_default is None
        and not _makes_own_value(column)
        and mapper.version_id_col is not column
    ]


def _makes_own_value(column: sa.Column[Any]) -> bool:
    """Return whether a function gives the column its value: a time, a key."""
    return column.onupdate is not None or bool(
        column.default is not None and not column.default.is_scalar
    )


def _make_field(
    model: type[Any],
    name: str,
    column: sa.Column[Any],
    session: Callable[[], orm.Session] | None,
    labels: Mapping[str, str],
) -> Any:
    kind = _find_kind(column)
    options: dict[str, Any] = {
        "label": labels.get(name) or column.info.get("label") or _make_label(name),
        "description": column.info.get("hint") or column.doc or "",
        "validators": list(_list_validators(column, kind)),
        "filters": [_empty_to_none] if column.nullable and _is_text(kind) else [],
    }
    if _default_of(column) is not None:
        options["default"] = _default_of(column)
    if kind is wtforms.SelectField:
        options |= _select_options(column)
    if kind is wtforms.DecimalField:
        scale = getattr(column.type, "scale", None)
        options["places"] = 2 if scale is None else scale
    if column.unique and session is not None:
        options["validators"].append(Unique(_make_finder(model, name, session)))
    return kind(**options)


def _find_kind(column: sa.Column[Any]) -> type[Field]:
    if column.info.get("choices"):
        return wtforms.SelectField
    for sql_type, field in _FIELDS:
        if isinstance(column.type, sql_type):
            return field
    impl = getattr(column.type, "impl", None)
    for sql_type, field in _FIELDS:
        if isinstance(impl, sql_type):
            return field
    return wtforms.StringField


def _list_validators(column: sa.Column[Any], kind: type[Field]) -> Iterable[Any]:
    has_default = column.default is not None
    if kind is not wtforms.BooleanField:
        is_optional = column.nullable or (has_default and not _is_text(kind))
        yield Optional() if is_optional else InputRequired()
    length = getattr(column.type, "length", None)
    if length and _is_text(kind):
        yield Length(max=length)
    if kind is wtforms.IntegerField:
        bits = next((b for t, b in _BITS.items() if isinstance(column.type, t)), 31)
        yield NumberRange(-(2**bits), 2**bits - 1)
    precision = getattr(column.type, "precision", None)
    if kind is wtforms.DecimalField and precision:
        most = 10 ** (precision - (getattr(column.type, "scale", None) or 0))
        yield NumberRange(-most + 1, most - 1)
    yield from column.info.get("validators", ())


def _select_options(column: sa.Column[Any]) -> dict[str, Any]:
    choices = column.info.get("choices")
    options: dict[str, Any] = {}
    if choices is None:
        cls = getattr(column.type, "enum_class", None)
        values = list(cls) if cls else getattr(column.type, "enums", ())
        choices = {_name_of(value): _make_label(_name_of(value)) for value in values}
        if cls:
            options["coerce"] = lambda text: _to_member(cls, text)
    elif not isinstance(choices, Mapping):
        choices = {str(value): str(value) for value in choices}
    rows = [SelectChoice(str(value), label) for value, label in choices.items()]
    empty = [SelectChoice("", "")] if column.nullable else []
    return {"choices": [*empty, *rows], **options}


def _to_member(cls: type[enum.Enum], text: Any) -> enum.Enum | None:
    if text is None or isinstance(text, cls):
        return text
    if text == "":
        return None
    try:
        return cls[str(text)]
    except KeyError:
        msg = f"{text!r} is not a choice."
        raise ValueError(msg) from None


def _name_of(value: Any) -> str:
    return value.name if isinstance(value, enum.Enum) else str(value)


def _default_of(column: sa.Column[Any]) -> Any:
    """Return the plain value that the column has by default, if it is one."""
    default = column.default
    return getattr(default, "arg", None) if default and default.is_scalar else None


def _make_finder(
    model: type[Any], name: str, session: Callable[[], orm.Session]
) -> Callable[[Any], Any]:
    def find(value: Any) -> Any:
        query = sa.select(model).where(getattr(model, name) == value)
        with session().no_autoflush as current:
            return current.scalars(query).first()

    return find


def _make_label(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()


def _is_text(kind: type[Field]) -> bool:
    return kind in {wtforms.StringField, wtforms.TextAreaField}


def _empty_to_none(value: Any) -> Any:
    return value or None
