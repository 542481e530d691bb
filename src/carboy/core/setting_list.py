"""The settings of an app as people read them: value, origin, description."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from carboy.redact import is_secret_name

from .app import Carboy
from .extension import registry_of
from .section import Field


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting; a secret is hidden."""

    name: str
    value: str
    origin: str
    doc: str


def list_settings(app: Flask) -> list[SettingRow]:
    """Return the settings in the order of their names."""
    if isinstance(app, Carboy) and app.has_settings:
        rows = _list_settings(app)
    else:
        rows = _list_config(app)
    return sorted(rows, key=lambda row: row.name)


def _list_settings(app: Carboy) -> Iterator[SettingRow]:
    seen: set[str] = set()
    origins = getattr(app.config, "origins", app.settings.origins)
    for section in (app.settings, *registry_of(app).sections.values()):
        for field, value in section.items():
            if field.key not in seen:
                seen.add(field.key)
                origin = next((origins[k] for k in field.keys if k in origins), "")
                yield SettingRow(
                    field.key, field.show(value), origin or "default", field.doc
                )


def _list_config(app: Flask) -> Iterator[SettingRow]:
    """Yield the config of an app that has no typed settings."""
    for key, value in app.config.items():
        field = Field(key, key, object, None, "", (), is_secret_name(key))
        is_changed = app.default_config.get(key) != value
        origin = "app.config" if is_changed else "default"
        yield SettingRow(key, field.show(value), origin, "")
