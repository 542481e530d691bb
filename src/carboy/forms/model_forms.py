"""Forms made from models, which save what they have validated."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from carboy.errors import ConfigError

from .form import AUTO, Form
from .model_fields import list_editable, make_field
from .uniqueness import find_row, list_unique_groups


def model_form(
    model: type[Any],
    base: type[Form] = Form,
    *,
    only: Iterable[str] | None = None,
    exclude: Iterable[str] = (),
    session: Callable[[], orm.Session] | None = None,
    labels: Mapping[str, str] | None = None,
) -> type["ModelForm"]:
    """Return a form class with a field for each column of `model` that people fill in.

    Left out are keys, foreign keys, and columns that make their own value; `only`
    names fields in the order of the form, and may bring those back. `session` returns
    the session in which unique values are looked up.
    """
    mapper = sa.inspect(model)
    columns = {prop.key: prop.columns[0] for prop in mapper.column_attrs}
    names = list(only) if only is not None else list_editable(mapper, columns)
    skipped = set(exclude)
    for name in (*names, *skipped):
        if name not in columns:
            msg = (
                f"{model.__name__} has no column {name!r}. "
                f"It has {', '.join(sorted(columns))}."
            )
            raise ConfigError(msg)
    fields = {
        name: make_field(model, name, columns[name], session, labels or {})
        for name in names
        if name not in skipped and not hasattr(base, name)
    }
    fields |= {"_model": model, "_session": staticmethod(session) if session else None}
    return type(f"{model.__name__}Form", (ModelForm, base), fields)


class ModelForm(Form):
    """A form of a model: it knows which object is edited, and how to save it."""

    _model: ClassVar[type[Any]]
    _session: "ClassVar[staticmethod[[], orm.Session] | None]" = None

    def __init__(self, formdata: Any = AUTO, obj: Any = None, **kwargs: Any) -> None:
        # Its own values count as free.
        self.edited = obj
        super().__init__(formdata, obj, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate the fields, then what must be unique in several columns at once."""
        is_valid = super().validate(extra_validators=extra_validators)
        make = self._session
        if not is_valid or make is None:
            return is_valid
        groups = [each for each in list_unique_groups(self._model) if len(each) > 1]
        return not self._report_taken(make(), groups, self.edited)

    def save(self, obj: Any = None, session: orm.Session | None = None) -> Any:
        """Write the fields to `obj`, or to a new object, and commit; return the object.

        Return None if another request has saved a value in the meantime that must be
        unique: the field then has the error, as if it had not been valid.
        """
        current = session or self._open_session()
        edited = obj if obj is not None else self.edited
        try:
            # In a savepoint: what the caller has changed before is not undone.
            with current.begin_nested():
                row = edited if edited is not None else self._model()
                self.populate_obj(row)
                current.add(row)
                current.flush()
        except IntegrityError:
            groups = list_unique_groups(self._model)
            if not self._report_taken(current, groups, edited):
                raise
            return None
        current.commit()
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

    def _report_taken(
        self, session: orm.Session, groups: list[tuple[str, ...]], edited: Any
    ) -> bool:
        """Add an error to a field of each group whose values another row has."""
        is_taken = False
        for group in groups:
            fields = [self._fields[name] for name in group if name in self._fields]
            values = {name: self._value_of(name, edited) for name in group}
            row = find_row(self._model, session, values) if fields else None
            if row is not None and row is not edited:
                is_taken = True
                text = fields[-1].gettext("This is taken already.")
                fields[-1].errors = [*fields[-1].errors, text]
        return is_taken

    def _value_of(self, name: str, edited: Any) -> Any:
        if name in self._fields:
            return self._fields[name].data
        return getattr(edited, name, None)
