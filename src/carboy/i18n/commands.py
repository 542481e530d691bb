"""`carboy i18n`: the catalogues of a site."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from carboy.core import get_current_app

from .names import to_tag
from .site_files import (
    audit_site,
    compile_text_file,
    create_text_file,
    extract_site,
    list_text_files,
    update_text_file,
    write_template,
)


@click.group(help="Extract, update, compile and check translations.")
def i18n() -> None:
    """Group the commands of languages."""


@i18n.command(help="Write all marked texts to translations/messages.pot.")
@with_appcontext
def extract() -> None:
    """Write the file of all marked texts."""
    template = extract_site(get_current_app())
    file = write_template(get_current_app(), template)
    click.echo(f"Wrote {len(template)} texts to {file}.")


@i18n.command(help="Create the catalogue of a language, such as zh-CN.")
@click.argument("language")
@with_appcontext
def init(language: str) -> None:
    """Create the catalogue of a language."""
    try:
        file = create_text_file(get_current_app(), to_tag(language))
    except FileExistsError as error:
        raise click.ClickException(
            f"{error} exists already. `carboy i18n update` adds new texts to it."
        ) from None
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Created {file}. Translate it, then run `carboy i18n compile`.")


@i18n.command(help="Add new texts to the catalogues of all languages.")
@with_appcontext
def update() -> None:
    """Add new texts to all catalogues."""
    template = extract_site(get_current_app())
    write_template(get_current_app(), template)
    for file in _list_files():
        update_text_file(file, template)
        click.echo(f"Updated {file}.")


@i18n.command("compile", help="Compile the catalogues of all languages.")
@with_appcontext
def compile_all() -> None:
    """Compile all catalogues."""
    for file in _list_files():
        click.echo(f"Wrote {compile_text_file(file)}.")


@i18n.command(help="Print what is missing, unused or wrong; exit with 1 if anything.")
@with_appcontext
def check() -> None:
    """Print every problem of the catalogues and templates."""
    problems = list(audit_site(get_current_app()))
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise click.exceptions.Exit(1)
    click.echo(f"{len(list_text_files(get_current_app()))} catalogues are complete.")


def _list_files() -> list[Path]:
    files = list_text_files(get_current_app())
    if not files:
        raise click.ClickException(
            f"{current_app.name} has no catalogues. Create one with "
            "`carboy i18n init zh-CN`."
        )
    return files
