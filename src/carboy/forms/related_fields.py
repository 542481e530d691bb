"""Select fields whose choices are the rows of a related model, for `model_form`."""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import orm
from wtforms import ValidationError
from wtforms.fields import SelectFieldBase
from wtforms.widgets import Select

from carboy.errors import ConfigError
from carboy.translation import gettext

from .select_choice import Choice

_log = logging.getLogger("carboy.forms")
# More options than that are no help to people, and a page of megabytes.
MOST_CHOICES: Final = 500
# A database refuses a statement with more parameters, and nobody chooses so many.
_MOST_CHOSEN = 1_000
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Related:
    """The rows that can be chosen, and how one of them is named in a form.

    `attribute` is the one that identifies a row; `narrow` returns the statement that
    selects the rows a visitor may choose.
    """

    model: type[Any]
    attribute: str
    session: Callable[[], orm.Session]
    narrow: Callable[[], sa.Select[Any]] | None = None
    limit: int = MOST_CHOICES

    def list_rows(self) -> list[Any]:
        """Return one row more than the limit at most, in a stable order."""
        statement = self._select()
        # After the order of `narrow`, for rows that are equal there.
        statement = statement.order_by(getattr(self.model, self.attribute))
        return self._run(statement.limit(self.limit + 1))

    def find_rows(self, texts: Iterable[str]) -> dict[str, Any]:
        """Return the rows that may be chosen, by the texts that were sent."""
        column = getattr(self.model, self.attribute)
        keys = {text: _parse_key(column.type, text) for text in {*texts}}
        wanted = [key for key in keys.values() if key is not None]
        if not wanted or len(wanted) > _MOST_CHOSEN:
            return {}
        rows = self._run(self._select().where(column.in_(wanted)))
        by_text = {self.text_of(row): row for row in rows}
        return {text: by_text[text] for text in keys if text in by_text}

    def text_of(self, row: Any) -> str:
        """Return the value of the option of a row."""
        return str(getattr(row, self.attribute))

    def _select(self) -> sa.Select[Any]:
        return self.narrow() if self.narrow else sa.select(self.model)

    def _run(self, statement: sa.Select[Any]) -> list[Any]:
        session = self.session()
        # The object that is edited may be half filled in.
        with session.no_autoflush:
            return list(session.scalars(statement).unique())


class RelatedSelectField(SelectFieldBase):
    """A select field with the rows of a model; `data` is a row, or its key.

    Nothing is queried before the field is rendered, validated or read.
    """

    widget = Select()
    is_multiple = False

    def __init__(
        self,
        label: Any = None,
        *,
        related: Related,
        as_key: bool = False,
        **kwargs: Any,
    ) -> None:
        self.related = related
        self.as_key = as_key
        self._texts: list[str] | None = None
        self._value: Any = None
        super().__init__(label, **kwargs)

    @property
    def data(self) -> Any:
        """The chosen row or key; the rows, where several can be chosen."""
        if self._texts is not None:
            rows = self.related.find_rows(self._texts)
            self._value = self._pick([rows[t] for t in self._texts if t in rows])
            self._has_unknown = any(text not in rows for text in self._texts)
            self._texts = None
        return self._value

    @data.setter
    def data(self, value: Any) -> None:
        self._texts = None
        self._has_unknown = False
        self._value = value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was sent until somebody asks for it."""
        texts = [str(value) for value in valuelist if value not in {"", None}]
        texts = list(dict.fromkeys(texts))
        self._texts = texts if self.is_multiple else texts[:1]

    def pre_validate(self, _form: Any) -> None:
        """Refuse a row that does not exist, or that may not be chosen."""
        _ = self.data
        if self._has_unknown:
            raise ValidationError(self.gettext("Not a valid choice."))

    def iter_choices(self) -> Iterator[Any]:
        """Yield the options, with the chosen rows among them whatever the limit."""
        chosen = self._chosen_texts()
        if not self.is_multiple:
            yield Choice("", "\u2013", not chosen, {})
        rows = self.related.list_rows()
        limit = self.related.limit
        has_more = len(rows) > limit
        shown = {self.related.text_of(row): row for row in rows[:limit]}
        if has_more:
            missing = [text for text in chosen if text not in shown]
            shown |= self.related.find_rows(missing)
            self._warn()
        for text, row in shown.items():
            yield Choice(text, str(row) or text, text in chosen, {})
        if has_more:
            note = gettext("Only the first %(limit)d are listed.", limit=limit)
            yield Choice("", note, selected=False, render_kw={"disabled": True})

    def populate_obj(self, obj: Any, name: str) -> None:
        """Write the row or the key to `obj`."""
        setattr(obj, name, self.data)

    def has_lost_rows(self) -> bool:
        """Return whether a chosen row is gone: another request has deleted it."""
        try:
            chosen = self._chosen_texts()
            return len(self.related.find_rows(chosen)) < len(chosen)
        except orm.exc.ObjectDeletedError:
            return True

    def _pick(self, rows: list[Any]) -> Any:
        if not rows:
            return None
        return getattr(rows[0], self.related.attribute) if self.as_key else rows[0]

    def _chosen_texts(self) -> list[str]:
        value = self.data
        if value is None:
            return []
        return [str(value) if self.as_key else self.related.text_of(value)]

    def _warn(self) -> None:
        _log.warning(
            "The field %r has more than %d choices; only the first are listed. Narrow "
            'them with info={"choices": a function that returns a select}, raise '
            '"limit" there, or write a field of your own.',
            self.name,
            self.related.limit,
        )


class RelatedMultipleField(RelatedSelectField):
    """A select field for several rows: a many-to-many relationship."""

    widget = Select(multiple=True)
    is_multiple = True

    def process_data(self, value: Any) -> None:
        """Take the rows of the object, whatever collection they are in."""
        values = getattr(value, "values", None)
        self.data = list(values() if callable(values) else value or ())

    def populate_obj(self, obj: Any, name: str) -> None:
        """Write the rows in the collection that the relationship has."""
        kind = sa.inspect(type(obj)).relationships[name].collection_class
        is_set = isinstance(kind, type) and issubclass(kind, set)
        setattr(obj, name, set(self.data) if is_set else self.data)

    def _pick(self, rows: list[Any]) -> Any:
        return rows

    def _chosen_texts(self) -> list[str]:
        return [self.related.text_of(row) for row in self.data or ()]


def make_relationship_field(
    relationship: orm.RelationshipProperty[Any],
    session: Callable[[], orm.Session] | None,
    options: dict[str, Any],
) -> Any:
    """Return the field of a relationship, to be bound to a form."""
    _check_relationship(relationship)
    mapper = relationship.mapper
    if len(mapper.primary_key) != 1:
        msg = (
            f"{relationship} leads to {mapper.class_.__name__}, whose key has "
            f"{len(mapper.primary_key)} columns. Write a field for it in `base`."
        )
        raise ConfigError(msg)
    attribute = mapper.get_property_by_column(mapper.primary_key[0]).key
    related = _make_related(mapper, attribute, session, relationship.info)
    kind = RelatedMultipleField if relationship.uselist else RelatedSelectField
    return kind(related=related, **options)


def make_key_field(
    mapper: orm.Mapper[Any],
    column: sa.Column[Any],
    session: Callable[[], orm.Session] | None,
    options: dict[str, Any],
) -> Any | None:
    """Return the field of a foreign key, or None if no model is behind it."""
    key = next(iter(column.foreign_keys), None)
    if key is None or len(column.foreign_keys) > 1 or session is None:
        return None
    for other in mapper.registry.mappers:
        if other.local_table is key.column.table:
            attribute = other.get_property_by_column(key.column).key
            related = _make_related(other, attribute, session, column.info)
            return RelatedSelectField(related=related, as_key=True, **options)
    return None


def _make_related(
    mapper: orm.Mapper[Any],
    attribute: str,
    session: Callable[[], orm.Session] | None,
    info: dict[Any, Any],
) -> Related:
    if session is None:
        name = mapper.class_.__name__
        msg = (
            f"The choices of {name} need a session. Pass one: "
            f"model_form(..., session=lambda: db.session)."
        )
        raise ConfigError(msg)
    narrow = info.get("choices")
    limit = info.get("limit", MOST_CHOICES)
    return Related(mapper.class_, attribute, session, narrow, limit)


def _check_relationship(relationship: orm.RelationshipProperty[Any]) -> None:
    problem = ""
    if relationship.viewonly:
        problem = "is viewonly"
    elif relationship.lazy == "write_only":
        problem = "is write_only, so that its rows cannot be read"
    elif relationship.uselist and relationship.secondary is None:
        problem = "is one-to-many: its rows belong to this object"
    if problem:
        msg = f"{relationship} {problem}. Write a field for it in `base`."
        raise ConfigError(msg)


def _parse_key(kind: Any, text: str) -> Any:
    """Return the key that a text stands for, or None if it is none."""
    if isinstance(kind, sa.Integer):
        is_number = text.isascii() and text.lstrip("-").isdigit() and len(text) < 20
        number = int(text) if is_number and text.count("-") < 2 else None
        return number if number is not None and abs(number) < _LARGEST else None
    if isinstance(kind, sa.Uuid):
        try:
            key = uuid.UUID(text)
        except ValueError:
            return None
        return key if kind.as_uuid else str(key)
    is_storable = "\0" not in text and text == text.encode("utf-8", "replace").decode()
    return text if is_storable else None
