"""`carboy shell`: a Python prompt with the app, its models and `db` imported."""

import click

from carboy.script import gather_names, open_prompt

from .legacy import legacy_option
from .locate_app import AppInfo, pass_app_info
from .profile import use_profile


@click.command
@click.option("-c", "--command", metavar="CODE", help="Run CODE and exit.")
@click.option("--plain", is_flag=True, help="Use Python's own prompt, not IPython.")
@legacy_option
@pass_app_info
def shell(info: AppInfo, command: str | None, plain: bool) -> None:  # noqa: FBT001 - click passes flags by position
    """Open a Python prompt with the app and its models imported."""
    use_profile("development")
    app = info.load_app()
    with app.app_context():
        names = gather_names(app)
        if command is not None:
            exec(command, names)  # noqa: S102 - the person at the terminal wrote it
        else:
            open_prompt(names, plain=plain)
