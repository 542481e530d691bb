"""`carboy settings`: the value of each setting, and where it was written."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import click
from flask import Flask

from carboy.core import Carboy, Field, is_secret_name, registry_of

from .locate_app import Site, pass_site
from .profile import use_profile
from .table import write_table


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as it is shown."""

    name: str
    value: str
    origin: str
    doc: str


@click.command
@click.argument("names", nargs=-1)
@click.option("--changed", is_flag=True, help="Only those that are not a default.")
@click.option("--doc", is_flag=True, help="Say what each is for.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_site
def settings(
    info: Site,
    names: tuple[str, ...],
    changed: bool,  # noqa: FBT001 - click hands options over so
    doc: bool,  # noqa: FBT001 - click hands options over so
    as_json: bool,  # noqa: FBT001 - click hands options over so
) -> None:
    """Show settings, their values and where each was written.

    NAMES are settings or their beginnings: `carboy settings cache secret_key`.
    Secrets are never printed.
    """
    use_profile("development")
    wanted = tuple(name.upper().replace("-", "_") for name in names)
    rows = [
        row
        for row in sorted(_rows(info.load_app()), key=lambda row: row.name)
        if (not wanted or row.name.startswith(wanted))
        and (not changed or row.origin != "default")
    ]
    if as_json:
        data = {row.name: {"value": row.value, "origin": row.origin} for row in rows}
        click.echo(json.dumps(data, indent=2))
    elif not rows:
        click.echo(f"No setting is called {' or '.join(wanted)}.")
    elif doc:
        write_table(
            ("Setting", "Value", "Written in", "What for"),
            [(row.name, row.value, row.origin, row.doc) for row in rows],
        )
    else:
        write_table(
            ("Setting", "Value", "Written in"),
            [(row.name, row.value, row.origin) for row in rows],
        )


def _rows(app: Flask) -> Iterator[Row]:
    if not isinstance(app, Carboy) or not app.has_settings:
        yield from _plain(app)
        return
    shown: set[str] = set()
    places: list[tuple[Iterator[tuple[Field, object]], Mapping[str, str]]]
    origins = app.settings.origins
    places = [(app.settings.items(), origins)]
    places += [
        (section.items(), origins) for section in registry_of(app).sections.values()
    ]
    for items, written in places:
        for field, value in items:
            if field.key not in shown:
                shown.add(field.key)
                origin = next((written[k] for k in field.keys if k in written), "")
                yield Row(field.key, field.show(value), origin or "default", field.doc)


def _plain(app: Flask) -> Iterator[Row]:
    """Show the config of an app that has no typed settings."""
    for key, value in sorted(app.config.items()):
        field = Field(key, key, object, None, "", (), is_secret_name(key))
        changed = app.default_config.get(key) != value
        yield Row(key, field.show(value), "app.config" if changed else "default", "")
