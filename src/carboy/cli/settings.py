"""`carboy settings`: the value of each setting and where it was set."""

import json

import click

from carboy.core import list_settings

from .locate_app import AppInfo, pass_app_info
from .profile import use_profile
from .table import write_table


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
        for row in list_settings(info.load_app())
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
