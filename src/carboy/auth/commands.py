"""The commands `users …`: create, list, passwd, lock, unlock, roles, …."""

import json
from pkgutil import resolve_name
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy.exc import IntegrityError

from carboy.errors import RefusedError

from . import accounts
from .access import PolicyError, add_role, list_roles, remove_role
from .api_tokens import tokens
from .app_state import AuthState, auth_state
from .devices import list_devices
from .events import record_event
from .export import export_user

_PASSWORD = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="The password; asked for if it is left out, and then in no history.",
)


@click.group("users", help="Manage the accounts of the site.")
def users() -> None:
    """Contain the commands."""


users.add_command(tokens)


@users.command(help="Create an account whose address counts as confirmed.")
@click.argument("email")
@click.option("--username", default=None, help="Name to log in with.")
@click.option("--name", default="", help="Name that pages show.")
@_PASSWORD
@with_appcontext
def create(email: str, username: str | None, name: str, password: str) -> None:
    """Create an account."""
    state = auth_state.current()
    try:
        user = accounts.create_user(
            state, email, password, username=username, name=name
        )
        accounts.confirm_email(user)
        state.db.session().commit()
    except RefusedError as error:
        raise click.ClickException(str(error)) from None
    except IntegrityError:
        raise click.ClickException(
            f"There is an account with {email!r} or {username!r} already. "
            f"`users list` shows all."
        ) from None
    click.echo(f"Created {user.email} with the id {user.get_id()}.")


@users.command("list", help="List the accounts.")
@click.option("--locked", is_flag=True, help="Only those that are locked.")
@with_appcontext
def list_users(**options: bool) -> None:
    """List the accounts."""
    state = auth_state.current()
    model: Any = state.model
    query = sa.select(model).order_by(model.id)
    if options["locked"]:
        query = query.where(model.locked_at.is_not(None))
    for user in state.db.session().execute(query).scalars():
        marks = [
            "" if user.is_active else "locked",
            "" if user.email_confirmed_at else "unconfirmed",
        ]
        row = (user.get_id(), user.email, user.username or "-", *filter(None, marks))
        click.echo("  ".join(row))


@users.command(help="Set the password of an account; its sessions end.")
@click.argument("login")
@_PASSWORD
@with_appcontext
def passwd(login: str, password: str) -> None:
    """Set a password."""
    state = auth_state.current()
    user = _get_user(state, login)
    try:
        accounts.set_password(state, user, password)
    except RefusedError as error:
        raise click.ClickException(str(error)) from None
    _save(state, user, "password_changed", "The password is changed.")


@users.command(
    "reset-factors",
    help="Remove the second factors and passkeys of somebody who has lost them.",
)
@click.argument("login")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def reset_factors(login: str, **options: bool) -> None:
    """Remove the second factors of an account."""
    state = auth_state.current()
    user = _get_user(state, login)
    if not options["yes"]:
        click.confirm(
            f"Whoever has the password of {user.email} logs in without a second "
            f"factor then. Are you sure who has asked?",
            abort=True,
        )
    accounts.reset_factors(state, user)
    _notify(state, user)
    _save(state, user, "factors_reset", "The second factors are removed.")


@users.command(help="Lock an account: nobody logs in to it, and its sessions end.")
@click.argument("login")
@with_appcontext
def lock(login: str) -> None:
    """Lock an account."""
    state = auth_state.current()
    user = _get_user(state, login)
    accounts.lock(state, user)
    _save(state, user, "locked", "The account is locked.")


@users.command(help="Unlock an account.")
@click.argument("login")
@with_appcontext
def unlock(login: str) -> None:
    """Unlock an account."""
    state = auth_state.current()
    user = _get_user(state, login)
    accounts.unlock(user)
    _save(state, user, "unlocked", "The account is unlocked.")


@users.command("roles", help="List the roles of an account, or change them.")
@click.argument("login")
@click.option("--add", multiple=True, metavar="ROLE", help="Add a role.")
@click.option("--remove", multiple=True, metavar="ROLE", help="Remove a role.")
@with_appcontext
def change_roles(login: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """List or change roles."""
    state = auth_state.current()
    user, session = _get_user(state, login), state.db.session()
    try:
        changed = [add_role(session, user.get_id(), role) for role in add]
    except PolicyError as error:
        raise click.ClickException(str(error)) from None
    # A role that the site does not define any more can be removed too.
    changed += [remove_role(session, user.get_id(), role) for role in remove]
    if any(changed):
        record_event(user, "roles_changed")
        session.commit()
    click.echo(", ".join(list_roles(session, user.get_id())) or "No roles.")


@users.command(help="List the sessions of an account, or end all of them.")
@click.argument("login")
@click.option("--end", is_flag=True, help="End all sessions and remembered logins.")
@with_appcontext
def sessions(login: str, **options: bool) -> None:
    """List or end sessions."""
    state = auth_state.current()
    user = _get_user(state, login)
    if options["end"]:
        accounts.end_sessions(state, user)
        _save(state, user, "sessions_ended", "All sessions have ended.")
        return
    for device in list_devices(user):
        click.echo(f"{device.handle[:12]}  {device.address}  {device.agent}")


@users.command(help="Print everything that is stored of an account, as JSON.")
@click.argument("login")
@with_appcontext
def export(login: str) -> None:
    """Print an account."""
    user = _get_user(auth_state.current(), login)
    click.echo(json.dumps(export_user(user), ensure_ascii=False, indent=2))


def _get_user(state: AuthState, login: str) -> Any:
    user = accounts.find_user(state, login)
    if user is None:
        raise click.ClickException(
            f"There is no account {login!r}. `users list` shows all."
        )
    return user


def _notify(state: AuthState, user: Any) -> None:
    """Mail the owner, where the site has the pages of accounts."""
    if state.settings.pages:
        # Imported here: forms need WTForms.
        send: Any = resolve_name("carboy.auth.pages.mails:send_mail")
        send("factors_reset", user.email, user=user)


def _save(state: AuthState, user: Any, kind: str, text: str) -> None:
    record_event(user, kind)
    state.db.session().commit()
    click.echo(text)
