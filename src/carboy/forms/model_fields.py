"""Fields made from columns: their types, limits, choices and words."""

import enum
import math
import uuid
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa
import wtforms
from sqlalchemy import orm
from wtforms.fields import Field, SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from carboy.db import find_unique_row
from carboy.errors import ConfigError
from carboy.translation import lazy_gettext

from .column_fields import (
    ExactDateTimeField,
    ExactTimeField,
    JsonField,
    UnknownBooleanField,
    find_zone,
)
from .related_fields import make_key_field, make_relationship_field
from .validators import (
    UUID,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    Unique,
    ValidationError,
)

# From special to general: the first type that a column's type is an instance of.
_FIELDS: tuple[tuple[type[Any], type[Field]], ...] = (
    (sa.Boolean, wtforms.BooleanField),
    (sa.Enum, wtforms.SelectField),
    (sa.Text, wtforms.TextAreaField),
    (sa.String, wtforms.StringField),
    (sa.Integer, wtforms.IntegerField),
    (sa.Float, wtforms.FloatField),
    (sa.Numeric, wtforms.DecimalField),
    (sa.DateTime, ExactDateTimeField),
    (sa.Date, wtforms.DateField),
    (sa.Time, ExactTimeField),
    (sa.Uuid, wtforms.StringField),
    (sa.JSON, JsonField),
)
# SQLite stores numbers beyond as infinite, and nobody types them.
_LARGEST_EXPONENT = 300
_BITS = {sa.SmallInteger: 15, sa.BigInteger: 63}


def list_editable(
    mapper: orm.Mapper[Any], columns: Mapping[str, sa.Column[Any]]
) -> list[str]:
    """Return the columns that people fill in, in the order of the model."""
    return [
        name
        for name, column in columns.items()
        if not column.primary_key
        and not column.foreign_keys
        and (column.info.get("choices") or _is_for_people(column))
        and column.server_default is None
        and not _makes_own_value(column)
        and mapper.version_id_col is not column
    ]


def _is_for_people(column: sa.Column[Any]) -> bool:
    """Return whether people can fill in the type; few can write JSON."""
    return _find_type(column) not in {None, JsonField}


def _makes_own_value(column: sa.Column[Any]) -> bool:
    """Return whether a function gives the column its value: a time, a key."""
    return column.onupdate is not None or bool(
        column.default is not None and not column.default.is_scalar
    )


def make_field(
    model: type[Any],
    name: str,
    column: sa.Column[Any],
    session: Callable[[], orm.Session] | None,
    labels: Mapping[str, str],
) -> Any:
    """Return the field of a column, to be bound to a form."""
    make_own_field = getattr(column.type, "make_form_field", None)
    if make_own_field is not None:
        # A type of another battery, such as that of attachments.
        texts = _make_texts(name, column, labels)
        texts["validators"] = list(column.info.get("validators", ()))
        return make_own_field(getattr(model, name), texts)
    if column.foreign_keys and not _has_plain_choices(column):
        validators = [
            _need_value(is_optional=bool(column.nullable)),
            *column.info.get("validators", ()),
        ]
        options = _make_texts(name, column, labels) | {"validators": validators}
        if field := make_key_field(sa.inspect(model), column, session, options):
            return field
    kind = _find_kind(column)
    options = _make_texts(name, column, labels) | {
        "validators": list(_list_validators(column, kind)),
        "filters": _list_filters(column, kind),
    }
    if _default_of(column) is not None:
        options["default"] = _default_of(column)
    if kind is wtforms.SelectField:
        options |= _select_options(column)
    if kind is UnknownBooleanField:
        options["choices"] = [
            SelectChoice("", ""),
            SelectChoice("true", lazy_gettext("Yes")),
            SelectChoice("false", lazy_gettext("No")),
        ]
    if kind is ExactDateTimeField and getattr(column.type, "timezone", False):
        options["zone"] = find_zone(column.info)
    if kind is wtforms.DecimalField:
        # Without a scale, all digits are shown: rounded ones would be saved.
        options["places"] = getattr(column.type, "scale", None)
    if column.unique and session is not None:
        options["validators"].append(Unique(_make_finder(model, name, session)))
    return kind(**options)


def _make_finder(
    model: type[Any], name: str, session: Callable[[], orm.Session]
) -> Callable[[Any], Any]:
    """Return a function that finds the row with a value in the column `name`."""

    def find(value: Any) -> Any:
        return find_unique_row(model, session(), {name: value})

    return find


def make_related_field(
    relationship: orm.RelationshipProperty[Any],
    session: Callable[[], orm.Session] | None,
    labels: Mapping[str, str],
) -> Any:
    """Return the field of a relationship: a select, or one for several rows."""
    columns = relationship.local_columns
    is_optional = relationship.uselist or any(each.nullable for each in columns)
    validators = relationship.info.get("validators", ())
    options = _make_texts(relationship.key, relationship, labels)
    options["validators"] = [_need_value(is_optional=is_optional), *validators]
    return make_relationship_field(relationship, session, options)


def _make_texts(name: str, described: Any, labels: Mapping[str, str]) -> dict[str, Any]:
    info = described.info
    return {
        "label": labels.get(name) or info.get("label") or _make_label(name),
        "description": info.get("hint") or described.doc or "",
    }


def _need_value(*, is_optional: bool) -> Any:
    return Optional() if is_optional else InputRequired()


def _has_plain_choices(column: sa.Column[Any]) -> bool:
    """Return whether the choices are values, and no function that selects rows."""
    choices = column.info.get("choices")
    return choices is not None and not callable(choices)


def _find_kind(column: sa.Column[Any]) -> type[Field]:
    if column.info.get("choices"):
        return wtforms.SelectField
    kind = _find_type(column)
    if kind is wtforms.BooleanField and column.nullable and not _has_default(column):
        return UnknownBooleanField
    if kind is None:
        msg = (
            f"There is no field for the type {column.type!r} of {column.name!r}. Leave "
            f"the column out with exclude=[...], or write a field for it in `base`."
        )
        raise ConfigError(msg)
    return kind


def _find_type(column: sa.Column[Any]) -> type[Field] | None:
    """Return the field for the type of a column, or for the type that it wraps."""
    for sql_type in (column.type, getattr(column.type, "impl", None)):
        for known, field in _FIELDS:
            if isinstance(sql_type, known):
                return field
    return None


def _list_validators(column: sa.Column[Any], kind: type[Field]) -> Iterable[Any]:
    default = _default_of(column)
    if kind is not wtforms.BooleanField:
        # A text that may be left empty says so with `default=""`.
        may_be_empty = default is not None and (not _is_text(kind) or default == "")
        yield _need_value(is_optional=bool(column.nullable or may_be_empty))
    length = getattr(column.type, "length", None)
    if length and _is_text(kind):
        yield Length(max=length)
    if kind is wtforms.IntegerField:
        bits = next((b for t, b in _BITS.items() if isinstance(column.type, t)), 31)
        yield NumberRange(-(2**bits), 2**bits - 1)
    if kind is wtforms.DecimalField:
        yield from _limit_decimal(column)
    if kind is wtforms.FloatField:
        yield _refuse_infinity
    if _is_text(kind):
        yield _refuse_nul
    if isinstance(column.type, sa.Uuid):
        yield UUID()
    yield from column.info.get("validators", ())


def _limit_decimal(column: sa.Column[Any]) -> Iterable[Any]:
    yield _refuse_infinity
    precision = getattr(column.type, "precision", None)
    scale = getattr(column.type, "scale", None)
    if precision:
        step = Decimal(1).scaleb(-(scale or 0))
        most = Decimal(10) ** (precision - (scale or 0)) - step
        yield NumberRange(-most, most)
    if scale is not None:
        yield _Places(scale)


class _Places:
    """Refuse digits that the column would round away."""

    def __init__(self, places: int) -> None:
        self.places = places

    def __call__(self, _form: Any, field: Any) -> None:
        value = field.data
        if isinstance(value, Decimal) and value.is_finite():
            exponent = value.normalize().as_tuple().exponent
            if isinstance(exponent, int) and -exponent > self.places:
                text = field.gettext("Enter at most %(places)d decimal places.")
                raise ValidationError(text % {"places": self.places})


def _refuse_infinity(_form: Any, field: Any) -> None:
    value = 0 if field.data is None else field.data
    if isinstance(value, Decimal):
        is_number = value.is_finite() and abs(value.adjusted()) <= _LARGEST_EXPONENT
    else:
        is_number = math.isfinite(value)
    if not is_number:
        raise StopValidation(field.gettext("Not a valid number."))


def _refuse_nul(_form: Any, field: Any) -> None:
    # PostgreSQL cannot store it, and nobody types it. It is not even looked up.
    if isinstance(field.data, str) and "\0" in field.data:
        raise StopValidation(field.gettext("Invalid input."))


def _list_filters(column: sa.Column[Any], kind: type[Field]) -> list[Any]:
    filters: list[Any] = []
    if kind is wtforms.TextAreaField:
        filters.append(_normalize_lines)
    if column.nullable and _is_text(kind):
        filters.append(_empty_to_none)
    default = _default_of(column)
    if not column.nullable and default is not None and kind is not wtforms.BooleanField:
        filters.append(partial(_replace_none, default))
    if isinstance(column.type, sa.Uuid):
        filters.append(_to_uuid)
    return filters


def _to_uuid(value: Any) -> Any:
    """Return the UUID of a text; what is none is left to the validator."""
    try:
        return uuid.UUID(value) if isinstance(value, str) else value
    except ValueError:
        return value


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
    if column.nullable:
        # No choice is NULL: an empty text is none of the values.
        options.setdefault("coerce", _to_text_or_none)
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


def _to_text_or_none(text: Any) -> str | None:
    return None if text in {"", None} else str(text)


def _name_of(value: Any) -> str:
    return value.name if isinstance(value, enum.Enum) else str(value)


def _default_of(column: sa.Column[Any]) -> Any:
    """Return the plain value that the column has by default, if it is one."""
    default = column.default
    return getattr(default, "arg", None) if default and default.is_scalar else None


def _make_label(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()


def _is_text(kind: type[Field]) -> bool:
    return kind in {wtforms.StringField, wtforms.TextAreaField}


def _has_default(column: sa.Column[Any]) -> bool:
    return column.default is not None or column.server_default is not None


def _empty_to_none(value: Any) -> Any:
    return value or None


def _replace_none(default: Any, value: Any) -> Any:
    """Return the default of a column that takes no NULL for a field left empty."""
    return default if value is None else value


def _normalize_lines(value: Any) -> Any:
    """Return a text as it was stored: browsers send lines that end with CR LF."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
