"""Other settings for a while: `with override(app, CACHE_TIMEOUT=1): …`."""

from __future__ import annotations

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
    """Let `app` have these settings until the block ends.

    Names are written in capitals, values are converted and checked as always. What
    was decided from a setting when the site was made stays as it is: for that, make
    the site with `Settings.load(cache_timeout=1)`.
    """
    places = _places(app)
    _refuse_unknown(app, changes, places)
    with ExitStack() as undo:
        for key, value in changes.items():
            read = value
            for section, field in places.get(key, ()):
                read = getattr(type(section).read({key: value}), field.name)
                undo.callback(
                    force_setattr, section, field.name, getattr(section, field.name)
                )
                # The object stays the same: batteries hold on to it.
                force_setattr(section, field.name, read)
            undo.callback(_put_back, app, key, app.config.get(key, _MISSING))
            app.config[key] = read
        yield


def _places(app: Flask) -> dict[str, list[tuple[Section, Field]]]:
    sections = [*registry_of(app).sections.values()]
    if isinstance(app, Carboy) and app.has_settings:
        sections.append(app.settings)
    found: dict[str, list[tuple[Section, Field]]] = {}
    for section in sections:
        for field in section.fields():
            for key in field.keys:
                found.setdefault(key, []).append((section, field))
    return found


def _refuse_unknown(
    app: Flask,
    changes: dict[str, Any],
    places: dict[str, list[tuple[Section, Field]]],
) -> None:
    known = {*places, *app.config}
    for key in changes:
        if key not in known and places:
            near = get_close_matches(key, known, n=1)
            advice = f" Did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{key} is not a setting of this site.{advice}")


def _put_back(app: Flask, key: str, value: object) -> None:
    if value is _MISSING:
        app.config.pop(key, None)
    else:
        app.config[key] = value
