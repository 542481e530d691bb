"""The `db` commands, imported when one of them is used: Alembic takes its time."""

from pkgutil import resolve_name

import click

HELP = "Migrate, seed and look into the database."


class LazyGroup(click.Group):
    """A group whose commands are those of another one, named by `module:group`."""

    def __init__(self, name: str, target: str, help_text: str) -> None:
        super().__init__(name, help=help_text)
        self._target = target

    def _real(self) -> click.Group:
        group: click.Group = resolve_name(self._target)
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of the commands."""
        return self._real().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command by its name."""
        return self._real().get_command(ctx, cmd_name)


def make_group(name: str = "db") -> LazyGroup:
    """Make the group of database commands."""
    return LazyGroup(name, "carboy.db.commands:group", HELP)


MigrateCommand = make_group()
