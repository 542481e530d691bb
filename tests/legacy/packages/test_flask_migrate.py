"""If this passes, migrations of old sites are those of the battery."""

import click
import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_the_command_has_the_actions(run_old):
    names = run_old(
        "from flask_migrate import Migrate, MigrateCommand, upgrade\n"
        "from flask_script import Manager\n"
        "from flask import Flask\n"
        "manager = Manager(Flask(__name__))\n"
        "manager.add_command('db', MigrateCommand)\n"
    )

    command = names["manager"].find_command("db")
    commands = command.list_commands(click.Context(command))
    assert {"init", "migrate", "upgrade"} <= {*commands}
    assert names["upgrade"].__module__.startswith("carboy.db")
