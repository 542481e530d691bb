"""Forms of models, with the fields that one user may write."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from sqlalchemy import orm
from werkzeug.exceptions import Forbidden
from wtforms.validators import InputRequired, Optional

from carboy.admin.schema import Attribute, ModelAdmin
from carboy.core import ContextState
from carboy.forms import Form, model_form

from .row_choices import FindChoices, RowChoices
from .row_field import RowField, RowsField


def _require_state() -> Any:
    msg = "A form of the console was made outside of one of its pages."
    raise RuntimeError(msg)


# How forms of this request find related rows: they differ from user to user.
find_choices_state: ContextState[FindChoices] = ContextState(
    "admin_choices", _require_state
)


class CheckedForm(Form):
    """A form that asks the policy again once the row is what it was made."""

    field_order: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in self.field_order if name in self._fields]
        names += [name for name in self._fields if name not in names]
        self._fields = {name: self._fields[name] for name in names}
        self.allow: Callable[[Any], bool] = lambda _row: False
        self.note: Callable[[Any], None] = lambda _row: None

    def populate_obj(self, obj: Any) -> None:
        """Write the fields; refuse what the user may not make of the row."""
        super().populate_obj(obj)
        if not self.allow(obj):
            raise Forbidden
        self.note(obj)


class RowFormFactory:
    """Makes a form class for each set of fields, once."""

    def __init__(
        self,
        session: Callable[[], orm.Session],
        find_admin: Callable[[type[Any]], ModelAdmin | None],
        make_url: Callable[..., str],
    ) -> None:
        self._session = session
        self._find_admin = find_admin
        self._make_url = make_url
        self._made: dict[tuple[type[Any], tuple[str, ...]], type[Any]] = {}

    def make(self, admin: ModelAdmin, attributes: Iterable[Attribute]) -> type[Any]:
        """Return the form class for these attributes of a model."""
        fields = {each.name: each for each in attributes}
        key = (admin.model, tuple(fields))
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(admin, fields)
        return made

    def _make(self, admin: ModelAdmin, fields: dict[str, Attribute]) -> type[Any]:
        own = {
            name: field
            for name, each in fields.items()
            if (field := self._make_row_field(admin, each)) is not None
        }
        base = type("RowForm", (CheckedForm,), {**own, "field_order": tuple(fields)})
        labels = {name: each.label for name, each in fields.items()}
        names = [name for name in fields if name not in own]
        return model_form(
            admin.model, base, only=names, labels=labels, session=self._session
        )

    def _make_row_field(self, admin: ModelAdmin, attribute: Attribute) -> Any:
        target, key_name = self._find_target(admin, attribute)
        if target is None:
            return None
        rule = Optional() if attribute.is_nullable else InputRequired()
        found = self._find_admin(target)
        slug = found.slug if found is not None else ""
        options: dict[str, Any] = {
            "validators": [rule],
            "target": target,
            "find_choices": _find_choices,
            "make_url": lambda: self._make_url("choices", slug=slug),
            "key_name": key_name,
        }
        info = (
            attribute.prop.info if attribute.column is None else attribute.column.info
        )
        options["description"] = info.get("hint") or attribute.prop.doc or ""
        kind = RowsField if attribute.kind == "many" else RowField
        return kind(attribute.label, **options)

    def _find_target(
        self, admin: ModelAdmin, attribute: Attribute
    ) -> tuple[type[Any] | None, str]:
        """Return the class of the rows to choose from, and what is written of them."""
        if attribute.is_relation:
            return attribute.target, ""
        keys = attribute.column.foreign_keys if attribute.column is not None else ()
        for key in keys:
            for mapper in admin.mapper.registry.mappers:
                if mapper.local_table is key.column.table:
                    name = mapper.get_property_by_column(key.column).key
                    return mapper.class_, name
        return None, ""


def _find_choices(model: type[Any]) -> RowChoices:
    return find_choices_state.get()(model)
