"""Other settings in a block: `with override(app, CACHE_TIMEOUT=1): …`."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from difflib import get_close_matches
from typing import Any

from flask import Flask
from msgspec.structs import force_setattr

from carboy.core import Carboy, Field, Section, registry_of
from carboy.errors import SettingsError

_MISSING = object()


@contextmanager
def override(app: Flask, **changes: Any) -> Iterator[None]:
    """Change settings of `app` until the block ends.

    Names are in capitals, values are converted and checked as always. What was decided
    from a setting at start does not change: for that, make the site with
    `Settings.load(cache_timeout=1)`.
    """
    fields = _fields_by_key(app)
    _refuse_unknown(app, changes, fields)
    with ExitStack() as undo:
        for key, value in changes.items():
            converted = value
            for section, field in fields.get(key, ()):
                converted = getattr(type(section).read({key: value}), field.name)
                undo.callback(
                    force_setattr, section, field.name, getattr(section, field.name)
                )
                # In place: batteries keep a reference to the section.
                force_setattr(section, field.name, converted)
            undo.callback(_restore, app, key, app.config.get(key, _MISSING))
            app.config[key] = converted
        yield


def _fields_by_key(app: Flask) -> dict[str, list[tuple[Section, Field]]]:
    sections = [*registry_of(app).sections.values()]
    if isinstance(app, Carboy) and app.has_settings:
        sections.append(app.settings)
    fields: dict[str, list[tuple[Section, Field]]] = {}
    for section in sections:
        for field in section.fields():
            for key in field.keys:
                fields.setdefault(key, []).append((section, field))
    return fields


def _refuse_unknown(
    app: Flask,
    changes: dict[str, Any],
    fields: dict[str, list[tuple[Section, Field]]],
) -> None:
    known = {*fields, *app.config}
    for key in changes:
        if key not in known and fields:
            matches = get_close_matches(key, known, n=1)
            hint = f" Did you mean {matches[0]}?" if matches else ""
            raise SettingsError(f"{key} is not a setting of this site.{hint}")


def _restore(app: Flask, key: str, value: object) -> None:
    if value is _MISSING:
        app.config.pop(key, None)
    else:
        app.config[key] = value
