"""The group names its commands, and imports them only then."""

import subprocess
import sys

import click

from carboy.db import MigrateCommand
from carboy.db.lazy_commands import make_group


def test_commands_are_those_of_the_module() -> None:
    group = make_group("schema")
    context = click.Context(group)

    assert "upgrade" in group.list_commands(context)
    assert isinstance(group.get_command(context, "upgrade"), click.Command)
    assert group.get_command(context, "nothing") is None
    assert (group.name, MigrateCommand.name) == ("schema", "db")


def test_its_help_line_costs_no_import() -> None:
    code = (
        "from carboy.db import MigrateCommand as c; import sys;"
        "assert 'database' in c.get_short_help_str();"
        "assert 'alembic' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
