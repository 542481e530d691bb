"""The `db` commands, imported when one of them is used: Alembic takes its time."""

from importlib import import_module

import click

HELP = "Migrate, seed and look into the database."


class LazyGroup(click.Group):
    """A group whose commands are those of another one, told by name."""

    def __init__(self, name: str, module: str, attribute: str, help_text: str) -> None:
        super().__init__(name, help=help_text)
        self._place = (module, attribute)

    def _real(self) -> click.Group:
        module, attribute = self._place
        group: click.Group = getattr(import_module(module), attribute)
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of the commands."""
        return self._real().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command by its name."""
        return self._real().get_command(ctx, cmd_name)


def make_group(name: str = "db") -> LazyGroup:
    """Make the group of database commands."""
    return LazyGroup(name, "carboy.db.commands", "group", HELP)


MigrateCommand = make_group()
