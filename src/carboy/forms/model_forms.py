"""Forms made from models, which save what they have validated."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import DataError, IntegrityError
from wtforms import HiddenField

from carboy.db import find_unique_row, list_unique_groups, list_violated_columns
from carboy.errors import ConfigError
from carboy.translation import gettext, gettext_noop

from .form import AUTO, Form
from .model_fields import list_editable, make_field, make_related_field
from .related_fields import RelatedSelectField

_CHANGED = gettext_noop(
    "Somebody else has changed this in the meantime. Compare the values, then save "
    "again to replace theirs."
)

_REFUSED = gettext_noop(
    "The database cannot store one of these values. Shorten long texts, and check "
    "numbers and dates."
)


class FieldOptions(TypedDict, total=False):
    """What else `model_form` takes."""

    exclude: Iterable[str]
    labels: Mapping[str, str] | None


def model_form(
    model: type[Any],
    base: type[Form] = Form,
    *,
    only: Iterable[str] | None = None,
    include: Iterable[str] = (),
    session: Callable[[], orm.Session] | None = None,
    **options: Unpack[FieldOptions],
) -> type["ModelForm"]:
    """Return a form class with a field for each column of `model` that people fill in.

    Left out are keys, foreign keys, relationships, and columns that make their own
    value; `include` adds some of those, and `only` names all fields in their order.
    `exclude` leaves some out, `labels` are by field. `session` returns the session in
    which unique values and choices are looked up.
    """
    mapper = sa.inspect(model)
    columns = {prop.key: prop.columns[0] for prop in mapper.column_attrs}
    related = {prop.key: prop for prop in mapper.relationships}
    names = list(only) if only is not None else list_editable(mapper, columns)
    names += [name for name in include if name not in names]
    skipped = set(options.get("exclude", ()))
    labels = options.get("labels") or {}
    for name in (*names, *skipped):
        if name not in columns and name not in related:
            msg = (
                f"{model.__name__} has no column {name!r}. "
                f"It has {', '.join(sorted([*columns, *related]))}."
            )
            raise ConfigError(msg)
    fields = {
        name: make_related_field(related[name], session, labels)
        if name in related
        else make_field(model, name, columns[name], session, labels)
        for name in names
        if name not in skipped and not hasattr(base, name)
    }
    version = _find_version(mapper)
    if version and version not in skipped and not hasattr(base, version):
        fields[version] = HiddenField()
    fields |= {
        "_model": model,
        "_version": version,
        "_session": staticmethod(session) if session else None,
    }
    return type(f"{model.__name__}Form", (ModelForm, base), fields)


def _find_version(mapper: orm.Mapper[Any]) -> str:
    """Return the attribute of the column that counts changes, if there is one."""
    column = mapper.version_id_col
    return "" if column is None else mapper.get_property_by_column(column).key


class ModelForm(Form):
    """A form of a model: it knows which object is edited, and how to save it."""

    _model: ClassVar[type[Any]]
    _version: ClassVar[str] = ""
    _session: "ClassVar[staticmethod[[], orm.Session] | None]" = None

    def __init__(self, formdata: Any = AUTO, obj: Any = None, **kwargs: Any) -> None:
        # Its own values count as free.
        self.edited = obj
        super().__init__(formdata, obj, **kwargs)

    @property
    def is_versioned(self) -> bool:
        """Whether the form has the version of its object, and compares it itself."""
        return self._version in self._fields

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate the fields, then what must be unique in several columns at once."""
        is_valid = super().validate(extra_validators=extra_validators)
        is_valid = self._has_same_version() and is_valid
        make = self._session
        if not is_valid or make is None:
            return is_valid
        groups = [each for each in list_unique_groups(self._model) if len(each) > 1]
        return not self._report_taken(make(), groups, self.edited)

    def populate_obj(self, obj: Any) -> None:
        """Write the fields of this form to `obj`, except the version."""
        version = self._fields.pop(self._version, None)
        try:
            super().populate_obj(obj)
        finally:
            if version is not None:
                self._fields[self._version] = version

    def save(self, obj: Any = None, session: orm.Session | None = None) -> Any:
        """Write the fields to `obj`, or to a new object, and commit; return the object.

        Return None if another request was faster: it has saved a value that must be
        unique, deleted a choice, or changed the object, which has a version. The same
        if the database does not store a value, such as a text that is too long. The
        form then has the error, as if it had not been valid.
        """
        current = session or self._open_session()
        row = self.write_row(obj, current)
        if row is not None:
            current.commit()
        return row

    def write_row(self, obj: Any, current: orm.Session) -> Any:
        """Do what `save` does, for a caller that commits several objects at once."""
        edited = obj if obj is not None else self.edited
        try:
            # In a savepoint: what the caller has changed before is not undone.
            with current.begin_nested(), current.no_autoflush:
                row = edited if edited is not None else self._model()
                self.populate_obj(row)
                current.add(row)
                current.flush()
        except IntegrityError as error:
            groups = list_unique_groups(self._model)
            if not (
                self._report_taken(current, groups, edited)
                or self._report_deleted()
                or self._report_violated(error)
            ):
                raise
            return None
        except DataError as error:
            self._report_refused(error)
            return None
        except orm.exc.StaleDataError:
            if not self._version:
                raise
            current.refresh(edited)
            self._has_same_version()
            return None
        return row

    def _open_session(self) -> orm.Session:
        make = self._session
        if make is None:
            name = self._model.__name__
            msg = (
                f"The form of {name} has no session. Pass one: save(session=...), or "
                f"model_form({name}, session=lambda: db.session)."
            )
            raise ConfigError(msg)
        return make()

    def _has_same_version(self) -> bool:
        """Return whether the object is still the one that the page has shown."""
        field = self._fields.get(self._version)
        if field is None or self.edited is None or not field.raw_data:
            return True
        now = str(getattr(self.edited, self._version))
        if field.data == now:
            return True
        # Who saves again has read the error.
        field.raw_data, field.data = [now], now
        self.form_errors.append(field.gettext(_CHANGED))
        return False

    def _report_taken(
        self, session: orm.Session, groups: list[tuple[str, ...]], edited: Any
    ) -> bool:
        """Add an error to a field of each group whose values another row has."""
        is_taken = False
        for group in groups:
            fields = list(self._list_fields(group))
            values = {name: self._value_of(name, edited) for name in group}
            row = find_unique_row(self._model, session, values) if fields else None
            if row is not None and row is not edited:
                is_taken = True
                _add_error(fields[-1], "This is taken already.")
        return is_taken

    def _report_deleted(self) -> bool:
        """Add an error to each field whose chosen row was deleted."""
        deleted = [
            field
            for field in self._fields.values()
            if isinstance(field, RelatedSelectField) and field.has_lost_rows()
        ]
        for field in deleted:
            _add_error(field, "Not a valid choice.")
        return bool(deleted)

    def _report_violated(self, error: IntegrityError) -> bool:
        """Add an error to a field of the unique index that the database names."""
        fields = list(self._list_fields(list_violated_columns(self._model, error)))
        if fields:
            _add_error(fields[-1], "This is taken already.")
        return bool(fields)

    def _report_refused(self, error: DataError) -> None:
        """Add an error to the field whose value the database does not store."""
        names = set(re.findall(r"\w+", str(error.orig)))
        columns = sa.inspect(self._model).column_attrs
        for key, field in self._fields.items():
            if key in columns and columns[key].columns[0].name in names:
                _add_error(field, "Invalid input.")
                return
        self.form_errors.append(gettext(_REFUSED))

    def _list_fields(self, names: Iterable[str]) -> Iterator[Any]:
        """Yield the fields of columns, also by the relationship that writes them."""
        mapper = sa.inspect(self._model)
        for name in names:
            if name in self._fields:
                yield self._fields[name]
                continue
            column = mapper.column_attrs[name].columns[0]
            for prop in mapper.relationships:
                if column in prop.local_columns and prop.key in self._fields:
                    yield self._fields[prop.key]

    def _value_of(self, name: str, edited: Any) -> Any:
        if name in self._fields:
            return self._fields[name].data
        mapper = sa.inspect(self._model)
        column = mapper.column_attrs[name].columns[0]
        for prop in mapper.relationships:
            if column not in prop.local_columns or prop.key not in self._fields:
                continue
            remote = next(r for c, r in prop.local_remote_pairs if c is column)
            row = self._fields[prop.key].data
            key = prop.mapper.get_property_by_column(remote).key
            return getattr(row, key, None)
        return getattr(edited, name, None)


def _add_error(field: Any, text: str) -> None:
    field.errors = [*field.errors, field.gettext(text)]
