"""The values of a row as the history keeps them: texts, never a secret one."""

from typing import Any

import sqlalchemy as sa

from carboy.admin.schema import Attribute, ModelAdmin, key_of, write_plain
from carboy.redact import HIDDEN

# In place of a value that the console does not show.
HIDDEN_MARK = HIDDEN
_LONGEST = 20_000


def take_snapshot(admin: ModelAdmin, row: Any) -> dict[str, Any]:
    """Return the values of a row that is new or about to go."""
    loaded = sa.inspect(row).dict
    return {
        name: _write(each, loaded.get(name))
        for name, each in admin.attributes.items()
        if each.column is not None and each.kind != "binary"
    }


def take_changes(admin: ModelAdmin, row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what has changed of a row since it was loaded: before, and after."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    state = sa.inspect(row)
    for prop in admin.mapper.attrs:
        attribute = admin.attributes.get(prop.key)
        history = state.attrs[prop.key].history
        if not history.has_changes():
            continue
        if attribute is None or attribute.kind == "binary":
            if prop.key in admin.mapper.column_attrs:
                before[prop.key] = after[prop.key] = HIDDEN_MARK
        elif attribute.kind == "many":
            if attribute.prop.secondary is not None:
                before[prop.key] = [key_of(each) for each in history.deleted]
                after[prop.key] = [key_of(each) for each in history.added]
        elif attribute.column is not None:
            # Without an old value it was not loaded, and is unknown.
            if history.deleted:
                before[prop.key] = _write(attribute, history.deleted[0])
            new = history.added[0] if history.added else None
            after[prop.key] = _write(attribute, new)
    return before, after


def _write(attribute: Attribute, value: Any) -> Any:
    if value is None or attribute.kind == "json":
        return value
    if attribute.kind == "file":
        return str(value)[:_LONGEST]
    return write_plain(value)[:_LONGEST]
