"""`carboy openapi`: write the description of the APIs of a site, or compare it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from carboy.core import get_current_app

from .describe import describe_apis
from .openapi import Severity, compare_documents, write_client

_FILE = click.Path(dir_okay=False, path_type=Path)
_CLIENTS = {"typescript": write_client}
_OLD = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    invoke_without_command=True,
    help="Write the OpenAPI document of all APIs of the site.",
)
@click.option(
    "--output", "-o", type=_FILE, help="File to write; default: standard output."
)
@click.option(
    "--check",
    type=_OLD,
    metavar="OLD",
    help="List the changes since an older document; fail if one breaks clients.",
)
@with_appcontext
@click.pass_context
def openapi(context: click.Context, output: Path | None, check: Path | None) -> None:
    """Write the document, or compare it with an older one."""
    if context.invoked_subcommand is not None:
        return
    document = describe_apis(get_current_app())
    if check is not None:
        _report_changes(_read_document(check), document)
        return
    _write(json.dumps(document, indent=2, ensure_ascii=False), output)


@openapi.command(help="Write a typed client of all APIs of the site.")
@click.option(
    "--typescript",
    "language",
    flag_value="typescript",
    required=True,
    help="In TypeScript, in one file without dependencies.",
)
@click.option(
    "--output", "-o", type=_FILE, help="File to write; default: standard output."
)
@with_appcontext
def client(language: str, output: Path | None) -> None:
    """Write the client."""
    text = _CLIENTS[language](describe_apis(get_current_app()))
    _write(text.rstrip(), output)


def _read_document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"{path} is not JSON: {error}. Write it with `carboy openapi -o`."
        raise click.ClickException(message) from error
    if not isinstance(document, dict) or "openapi" not in document:
        message = (
            f"{path} is no OpenAPI document: it has no field `openapi`. "
            "Write it with `carboy openapi -o`."
        )
        raise click.ClickException(message)
    return document


def _report_changes(old: dict[str, Any], new: dict[str, Any]) -> None:
    changes = compare_documents(old, new, today=datetime.now(UTC).date())
    for change in changes:
        click.echo(f"{change.severity:8} {change.id}: {change.place}: {change.text}.")
    counts = ", ".join(
        f"{sum(change.severity is severity for change in changes)} {severity}"
        for severity in Severity
    )
    click.echo(f"Changes: {counts}.")
    if any(change.severity is Severity.BREAKING for change in changes):
        click.get_current_context().exit(1)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text)
    else:
        output.write_text(f"{text}\n", encoding="utf-8")
