"""`carboy generate`: the commands, their arguments and what they print."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from carboy.cli.locate_app import AppInfo, pass_app_info
from carboy.cli.profile import use_profile

from .auth_templates import add_auth_templates
from .changes import FileChanges
from .fields import TYPES, parse_fields
from .generate import Generator
from .names import parse_name
from .site import open_site

_FIELDS = f"""\b
A field is NAME:TYPE[:OPTION…][!], such as title:string:80! or author:references!
  types    {", ".join([*TYPES][:7])},
           {", ".join([*TYPES][7:])}
  options  string:80 (length), decimal:10.2 (digits and decimals),
           status:enum:draft,published (values), author:references:User (model)
  unique   no two rows have the same value; index makes it quick to look up
  !        it is required
"""


@click.group("generate")
def generate() -> None:
    """Write a model, a resource with its pages, a form, a task, command or module.

    Nothing is overwritten. `--dry-run` shows all changes as a diff. What is written
    passes the project's tests, ruff and mypy --strict.
    """


def _command(
    name: str, *, has_fields: bool, flags: tuple[click.Option, ...] = ()
) -> Callable[[Any], click.Command]:
    """Add a command that collects changes, and writes or shows them."""

    def add(function: Callable[..., None]) -> click.Command:
        @click.pass_context
        @pass_app_info
        def run(info: AppInfo, context: click.Context, /, **options: Any) -> None:
            del context
            use_profile("development")
            generator = Generator(
                open_site(info),
                parse_name(options["name"], plural=options.get("plural")),
                parse_fields(options.get("fields", ())),
                FileChanges(info.folder),
            )
            chosen = {str(flag.name): options[str(flag.name)] for flag in flags}
            function(generator, **chosen)
            _finish(generator.changes, is_dry=options["dry_run"])

        parameters: list[click.Parameter] = [
            click.Argument(["name"]),
            click.Option(
                ["--dry-run"],
                is_flag=True,
                help="Show the changes as a diff, and write nothing.",
            ),
        ]
        parameters += flags
        if has_fields:
            parameters.insert(1, click.Argument(["fields"], nargs=-1))
            parameters.append(
                click.Option(["--plural"], help="The plural, where rules do not help.")
            )
        command = click.Command(
            name,
            params=parameters,
            callback=run,
            help=f"{function.__doc__}\n\n{_FIELDS if has_fields else ''}",
        )
        generate.add_command(command)
        return command

    return add


@_command("model", has_fields=True)
def model(generator: Generator) -> None:
    """Write a model, its migration and a test."""
    generator.add_model()


@_command("resource", has_fields=True)
def resource(generator: Generator) -> None:
    """Write a model, its migration, a form, pages and tests, and install them."""
    generator.add_resource()


@_command("form", has_fields=True)
def form(generator: Generator) -> None:
    """Write a form that belongs to no model, and a test."""
    generator.add_form(has_model=False)


@_command("task", has_fields=False)
def task(generator: Generator) -> None:
    """Write a background task and a test, and import it with the app."""
    generator.add_task()


@_command("command", has_fields=False)
def command(generator: Generator) -> None:
    """Write a command of the site and a test, and install it."""
    generator.add_command()


@_command(
    "module",
    has_fields=False,
    flags=(
        click.Option(
            ["--wheel", "as_wheel"],
            is_flag=True,
            help="As a project of its own, in packages/, that builds a wheel.",
        ),
    ),
)
def module(generator: Generator, *, as_wheel: bool) -> None:
    """Write a module: models, migrations, pages, settings, commands and a test."""
    generator.add_module(as_wheel=as_wheel)


@generate.command("auth")
@click.argument("names", nargs=-1)
@click.option(
    "--dry-run", is_flag=True, help="Show the changes as a diff, and write nothing."
)
@pass_app_info
def auth(info: AppInfo, /, names: tuple[str, ...], **options: bool) -> None:
    """Copy the templates of accounts into the project, where they can be changed.

    All of them, or those that are named: auth/login.html mail/auth_reset.txt. A file
    that the project has already stays as it is.
    """
    use_profile("development")
    site = open_site(info)
    changes = FileChanges(info.folder)
    add_auth_templates(changes, site.root / "templates", names)
    _finish(changes, is_dry=options["dry_run"])
    if not changes.created:
        click.echo("The project has these templates already. Nothing was written.")


def _finish(changes: FileChanges, *, is_dry: bool) -> None:
    changes.require_free()
    if is_dry:
        for line in changes.diff():
            click.echo(line, nl=not line.endswith("\n"))
        return
    changes.write()
    for words, paths in (("created", changes.created), ("edited", changes.edited)):
        for path in sorted(paths):
            click.echo(f"{words:>8}  {_shorten(path, changes.folder)}")
    for note in changes.notes:
        click.echo(f"    next  {note}")


def _shorten(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder))
