"""Commands for the sessions of a site: `sessions purge`, `list` and `revoke`."""

from datetime import UTC, datetime
from typing import Protocol

import click
from flask.cli import with_appcontext

from .record import SessionInfo


class SessionCommands(Protocol):
    """The methods of the battery that the commands call."""

    def purge_expired(self) -> int:
        """Delete expired sessions."""

    def list_sessions(self, user: object) -> list[SessionInfo]:
        """List the sessions of a user."""

    def revoke_user(self, user: object) -> None:
        """End every session of a user."""


def make_commands(sessions: SessionCommands) -> click.Group:
    """Return the command group `sessions`."""

    @click.group("sessions", help="List and end sessions.")
    def group() -> None:
        """Contain the commands."""

    @group.command(help="Delete expired sessions that still take space.")
    @with_appcontext
    def purge() -> None:
        click.echo(f"{sessions.purge_expired()} expired entries deleted.")

    @group.command("list", help="List the sessions of the user with this id.")
    @click.argument("user")
    @with_appcontext
    def list_of_user(user: str) -> None:
        for info in sessions.list_sessions(user):
            seen = datetime.fromtimestamp(info.seen, UTC).isoformat(" ", "seconds")
            click.echo(f"{info.handle[:12]}  {seen}  {info.address}  {info.agent}")

    @group.command(help="End every session of the user with this id.")
    @click.argument("user")
    @with_appcontext
    def revoke(user: str) -> None:
        sessions.revoke_user(user)
        click.echo(f"The sessions of {user} have ended.")

    return group
