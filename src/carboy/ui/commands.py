"""`carboy static`: the static files of the site."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from carboy.errors import ConfigError

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
    folder = current_app.static_folder
    if folder is None or not Path(folder).is_dir():
        msg = f"The site has no static folder: {folder} is not there."
        raise ConfigError(msg)
    before = after = files = 0
    for built in build_static(Path(folder)):
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
            f"pip install 'carboy[compress]'."
        )
