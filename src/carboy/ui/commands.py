"""`carboy static`: the static files of the site."""

import os
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from carboy.errors import ConfigError
from carboy.install_source import make_install_command

from .compression import ENCODINGS, list_encodings
from .static_build import build_static


@click.group("static")
def static_commands() -> None:
    """Prepare static files for deployment."""


@static_commands.command("build")
@with_appcontext
def build() -> None:
    """Compress static files in advance, as small as possible.

    Without it each is compressed at first use in each process, less thoroughly.
    """
    folders = _list_static_folders()
    if not folders:
        folder = current_app.static_folder
        msg = f"The site has no static folder: {folder} is not there."
        raise ConfigError(msg)
    before = after = files = 0
    for built in (built for folder in folders for built in build_static(folder)):
        files += 1
        smallest = min((size for size in built.sizes.values() if size), default=0)
        before += built.size
        after += smallest or built.size
        forms = ", ".join(f"{name} {size}" for name, size in built.sizes.items())
        click.echo(f"{built.name}: {built.size} bytes ({forms})")
    click.echo(f"{files} files, {before} bytes, {after} compressed.")
    missing = [name for name in ENCODINGS if name not in list_encodings()]
    if missing:
        click.echo(
            f"Not made: {', '.join(missing)}. For smaller files: "
            f"{make_install_command('compress')}."
        )


def _list_static_folders() -> list[Path]:
    """List the static folders of the site and of its blueprints, each once."""
    owners = (current_app, *current_app.blueprints.values())
    names = [owner.static_folder for owner in owners]
    folders = [Path(name).resolve() for name in names if name is not None]
    found = [folder for folder in dict.fromkeys(folders) if folder.is_dir()]
    # A module may be installed where only root writes: the site's own files count.
    read_only = [folder for folder in found[1:] if not os.access(folder, os.W_OK)]
    for folder in read_only:
        click.echo(f"Not compressed: {folder} cannot be written.")
    return [folder for folder in found if folder not in read_only]
