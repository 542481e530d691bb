"""`carboy shell`: a Python prompt with the app, its models and `db` at hand."""

import click

from carboy.script import gather_names, open_prompt

from .locate_app import Site, pass_site
from .profile import use_profile


@click.command
@click.option("-c", "--command", metavar="CODE", help="Run this and leave.")
@click.option("--plain", is_flag=True, help="Python's own prompt, not IPython.")
@pass_site
def shell(info: Site, command: str | None, plain: bool) -> None:  # noqa: FBT001 - click hands options over so
    """Open a Python prompt with the app and its models at hand."""
    use_profile("development")
    app = info.load_app()
    with app.app_context():
        names = gather_names(app)
        if command is not None:
            exec(command, names)  # noqa: S102 - the person at the terminal wrote it
        else:
            open_prompt(names, plain=plain)
