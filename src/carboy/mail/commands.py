"""`carboy mail`: list, show, send and discard mails that were not sent."""

import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from .addresses import parse_address
from .app_state import mail_state
from .dkim import make_key, open_signer
from .errors import MailNotSentError
from .outbox import DISCARDED, OPEN, STATES, WAITING, StoredMail


@click.group(help="List, show, send and discard mails that were not sent.")
def mail() -> None:
    """Group the commands of mail."""


@mail.command("list", help="List mails: those that are not sent, or in one state.")
@click.option("--state", type=click.Choice(STATES), help="Only mails in this state.")
@with_appcontext
def list_mails(state: str | None) -> None:
    """Print a line for each mail."""
    found = mail_state.current().outbox.list_mails((state,) if state else OPEN)
    for one in found:
        recipients = ", ".join(one.envelope.recipients)
        click.echo(f"{one.id}  {one.state:9}  {recipients}  {one.subject}")
        if one.reason:
            click.echo(f"    {one.reason}")
    click.echo(f"{len(found)} mails.")


@mail.command(help="Show a mail.")
@click.argument("mail_id")
@with_appcontext
def show(mail_id: str) -> None:
    """Print the state and the text of a mail."""
    one = _get_mail(mail_id)
    parsed = message_from_bytes(
        one.envelope.content, EmailMessage, policy=policy.default
    )
    click.echo(f"State: {one.state}\nReason: {one.reason}\nAttempts: {one.attempts}")
    click.echo(f"Sender: {one.envelope.sender}")
    click.echo(f"Recipients: {', '.join(one.envelope.recipients)}")
    click.echo(f"Subject: {one.subject}\n")
    part = parsed.get_body(("plain", "html"))
    click.echo("" if part is None else str(part.get_content()))


@mail.command(help="Send a mail now; an undecided one may then arrive twice.")
@click.argument("mail_id")
@with_appcontext
def send(mail_id: str) -> None:
    """Send a mail that failed, waits, or is undecided."""
    state = mail_state.current()
    one = _get_mail(mail_id)
    if not state.outbox.decide(mail_id, WAITING):
        raise click.ClickException(
            f"The mail {mail_id} is {one.state}, and cannot be sent."
        )
    try:
        result = state.delivery.deliver(mail_id)
    except MailNotSentError as error:
        raise click.ClickException(
            f"It was not sent and still waits: {error}"
        ) from None
    click.echo(f"The mail {mail_id} is {result}.")
    if result != "sent":
        raise SystemExit(1)


@mail.command(help="Never send a mail.")
@click.argument("mail_id")
@with_appcontext
def discard(mail_id: str) -> None:
    """Discard a mail that failed, waits, or is undecided."""
    one = _get_mail(mail_id)
    if not mail_state.current().outbox.decide(mail_id, DISCARDED):
        raise click.ClickException(
            f"The mail {mail_id} is {one.state}, and cannot be discarded."
        )
    click.echo(f"The mail {mail_id} is discarded.")


@mail.command(help="Find the mails of processes that ended, and send what waits.")
@with_appcontext
def sweep() -> None:
    """Return mails that were not handed over, and leave the others to a decision."""
    swept = mail_state.current().sweep()
    click.echo(f"{len(swept.returned)} mails were returned, and are sent again.")
    click.echo(f"{len(swept.failed)} mails were taken too often, and failed.")
    click.echo(f"{len(swept.undecided)} mails need a decision: carboy mail list.")


@mail.command(help="Print the DNS record of the key that signs mails, or make a key.")
@click.option("--new", type=click.Path(path_type=Path), help="Write a key to a file.")
@click.option("--type", "kind", type=click.Choice(["rsa", "ed25519"]), default="rsa")
@with_appcontext
def dkim(new: Path | None, kind: str) -> None:
    """Print what the administrator of the domain has to enter."""
    settings = mail_state.current().settings
    if new is not None:
        _write_key(new, make_key(kind))
        click.echo(f"Wrote {new}. Keep it out of the repository, and set:")
        click.echo(f"MAIL_DKIM_KEY={new}")
        click.echo(f"MAIL_DKIM_SELECTOR={settings.dkim_selector}\n")
    key = str(new or settings.dkim_key)
    signer = open_signer(key, settings.dkim_selector, settings.dkim_domain)
    if signer is None:
        raise click.ClickException(
            "MAIL_DKIM_KEY is not set. Make a key: carboy mail dkim --new dkim.pem"
        )
    domain = signer.domain or _find_domain(settings.default_sender)
    click.echo(f"Enter in the DNS of {domain}, as a record of type TXT:")
    click.echo(f"{signer.selector}._domainkey.{domain}")
    record = signer.make_record()
    # A string of DNS has at most 255 bytes; a record has several.
    parts = [record[i : i + 250] for i in range(0, len(record), 250)]
    click.echo(" ".join(f'"{part}"' for part in parts))


def _write_key(path: Path, pem: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{error.strerror}: {path}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)


def _find_domain(sender: Any) -> str:
    return "example.com" if sender is None else parse_address(sender, "From").domain


def _get_mail(mail_id: str) -> StoredMail:
    found = mail_state.current().outbox.find(mail_id)
    if found is None:
        raise click.ClickException(
            f"There is no mail {mail_id!r}. List them: carboy mail list."
        )
    return found
