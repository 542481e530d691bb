"""`carboy users tokens`: make, list and revoke API tokens."""

import time
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from carboy.auth.access import access_state

from .service import ApiToken, ApiTokens

DAY = 86_400


@click.group()
def tokens() -> None:
    """Make, list and revoke API tokens of a user."""


@tokens.command("create")
@click.argument("login")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="Such as posts.*."
)
@click.option("--days", type=click.IntRange(1), default=90, show_default=True)
@with_appcontext
def create(login: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token and print it once."""
    session, user_id = _find(login)
    new = ApiTokens(session, time.time).create(
        user_id, name, scopes, lifetime=days * DAY
    )
    session.commit()
    click.echo(new.text)
    click.echo("Store it now: it is not shown again.", err=True)


@tokens.command("list")
@click.argument("login")
@with_appcontext
def list_tokens(login: str) -> None:
    """List the tokens of a user."""
    session, user_id = _find(login)
    for token in ApiTokens(session, time.time).list(user_id):
        click.echo(_describe(token))


@tokens.command("revoke")
@click.argument("login")
@click.argument("token_id", type=int)
@with_appcontext
def revoke(login: str, token_id: int) -> None:
    """Revoke a token of a user."""
    session, user_id = _find(login)
    if not ApiTokens(session, time.time).revoke(user_id, token_id):
        raise click.ClickException(f"{login} has no token {token_id}.")
    session.commit()
    click.echo(f"Revoked the token {token_id}.")


def _find(login: str) -> tuple[Session, str]:
    """Return a session, and the id of a user who is named by address, name or id."""
    access = access_state.current()
    user_id = access.find_user_id(login)
    if user_id is None:
        raise click.ClickException(
            f"There is no account {login!r}. `users list` shows all."
        )
    return access.get_session(), user_id


def _describe(token: ApiToken) -> str:
    used = _date(token.last_used_at) if token.last_used_at else "never"
    expires = _date(token.expires_at) if token.expires_at else "never"
    return (
        f"{token.id}  cby_{token.prefix}…  {token.name}  "
        f"{', '.join(token.scopes)}  expires {expires}  used {used}"
    )


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
