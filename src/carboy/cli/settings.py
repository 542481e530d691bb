"""`carboy settings`: the value of each setting and where it was set."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import click
from flask import Flask

from carboy.core import Carboy, Field, is_secret_name, registry_of

from .locate_app import AppInfo, pass_app_info
from .profile import use_profile
from .table import write_table


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as the table shows it."""

    name: str
    value: str
    origin: str
    doc: str


@click.command
@click.argument("names", nargs=-1)
@click.option(
    "--changed", is_flag=True, help="Show only settings that differ from the default."
)
@click.option("--doc", is_flag=True, help="Show what each setting does.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app_info
def settings(
    info: AppInfo,
    names: tuple[str, ...],
    changed: bool,  # noqa: FBT001 - click passes flags by position
    doc: bool,  # noqa: FBT001 - click passes flags by position
    as_json: bool,  # noqa: FBT001 - click passes flags by position
) -> None:
    """Show settings, their values and where each was set.

    NAMES are settings or prefixes: `carboy settings cache secret_key`.
    Secrets are never printed.
    """
    use_profile("development")
    prefixes = tuple(name.upper().replace("-", "_") for name in names)
    rows = [
        row
        for row in sorted(_rows(info.load_app()), key=lambda row: row.name)
        if (not prefixes or row.name.startswith(prefixes))
        and (not changed or row.origin != "default")
    ]
    if as_json:
        data = {row.name: {"value": row.value, "origin": row.origin} for row in rows}
        click.echo(json.dumps(data, indent=2))
    elif not rows:
        click.echo(f"No setting is named {' or '.join(prefixes)}.")
    elif doc:
        write_table(
            ("Setting", "Value", "Set in", "Description"),
            [(row.name, row.value, row.origin, row.doc) for row in rows],
        )
    else:
        write_table(
            ("Setting", "Value", "Set in"),
            [(row.name, row.value, row.origin) for row in rows],
        )


def _rows(app: Flask) -> Iterator[SettingRow]:
    if not isinstance(app, Carboy) or not app.has_settings:
        yield from _config_rows(app)
        return
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


def _config_rows(app: Flask) -> Iterator[SettingRow]:
    """Yield the config of an app that has no typed settings."""
    for key, value in sorted(app.config.items()):
        field = Field(key, key, object, None, "", (), is_secret_name(key))
        is_changed = app.default_config.get(key) != value
        origin = "app.config" if is_changed else "default"
        yield SettingRow(key, field.show(value), origin, "")
