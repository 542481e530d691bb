"""`carboy openapi`: write the description of the APIs of a site."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from carboy.core import get_current_app

from .describe import describe_apis


@click.command(help="Write the OpenAPI document of all APIs of the site.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; default: standard output.",
)
@with_appcontext
def openapi(output: Path | None) -> None:
    """Write the document."""
    text = json.dumps(describe_apis(get_current_app()), indent=2, ensure_ascii=False)
    if output is None:
        click.echo(text)
    else:
        output.write_text(f"{text}\n", encoding="utf-8")
