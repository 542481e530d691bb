"""Commands for the sessions of a site: `sessions sweep`, `list` and `revoke`."""

from datetime import UTC, datetime
from typing import Protocol

import click
from flask.cli import with_appcontext

from .record import SessionInfo


class Keeper(Protocol):
    """What the commands need of the battery."""

    def sweep(self) -> int:
        """Drop expired sessions."""

    def list_sessions(self, user: object) -> list[SessionInfo]:
        """List the sessions of a user."""

    def revoke_user(self, user: object) -> None:
        """End every session of a user."""


def make_commands(keeper: Keeper) -> click.Group:
    """Make the group `sessions`."""

    @click.group("sessions", help="Look at sessions and end them.")
    def group() -> None:
        """Hold the commands."""

    @group.command(help="Drop expired sessions that still take room.")
    @with_appcontext
    def sweep() -> None:
        click.echo(f"{keeper.sweep()} expired entries dropped.")

    @group.command("list", help="List the sessions of the user with this id.")
    @click.argument("user")
    @with_appcontext
    def list_of_user(user: str) -> None:
        for info in keeper.list_sessions(user):
            seen = datetime.fromtimestamp(info.seen, UTC).isoformat(" ", "seconds")
            click.echo(f"{info.handle[:12]}  {seen}  {info.address}  {info.agent}")

    @group.command(help="End every session of the user with this id.")
    @click.argument("user")
    @with_appcontext
    def revoke(user: str) -> None:
        keeper.revoke_user(user)
        click.echo(f"The sessions of {user} have ended.")

    return group
