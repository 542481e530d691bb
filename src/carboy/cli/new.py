"""`carboy new`: a project that runs, from the skeleton in this folder."""

from __future__ import annotations

import keyword
import os
import re
import secrets
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.resources import files
from pathlib import Path

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from carboy.errors import ConfigError

SKELETON = Path(__file__).parent / "skeleton"
DATABASES = ("sqlite", "postgresql", "mysql")
# Kind → the layers it is made of; a later one replaces files of an earlier one.
LAYERS = {
    "minimal": ("every", "pages"),
    "site": ("every", "pages", "large"),
    "full": ("every", "pages", "large", "full"),
    "api": ("every", "large", "api"),
}
_SUFFIX = ".tmpl"
# Only its owner may read the file that holds the secrets.
_PRIVATE = frozenset({".env"})
_TAKEN = frozenset({"test", "tests", "app", "doc", "migrations", "manage", "carboy"})
_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make."""

    name: str
    kind: str
    database: str

    @property
    def package(self) -> str:
        """The name to import."""
        return self.name.replace("-", "_")

    @property
    def title(self) -> str:
        """The name for people."""
        return self.name.replace("-", " ").replace("_", " ").capitalize()

    @property
    def has_database(self) -> bool:
        """Whether models and migrations belong to it."""
        return self.kind != "minimal"

    @property
    def has_pages(self) -> bool:
        """Whether people look at it, not only programs."""
        return self.kind != "api"

    @property
    def is_full(self) -> bool:
        """Whether it has sessions, a cache and tasks."""
        return self.kind == "full"

    @property
    def extras(self) -> str:
        """What to install of Carboy beside its core, as in `carboy[redis]`."""
        names = [] if self.database == "sqlite" else [self.database]
        names += ["redis"] if self.is_full else []
        return f"[{','.join(names)}]" if names else ""


@click.command
@click.argument("name")
@click.option("--minimal", "kind", flag_value="minimal", help="One small package.")
@click.option("--api", "kind", flag_value="api", help="JSON for programs, no pages.")
@click.option(
    "--full", "kind", flag_value="full", help="Sessions, cache and tasks as well."
)
@click.option(
    "--db",
    "database",
    type=click.Choice(DATABASES),
    default="sqlite",
    show_default=True,
    help="Where its data will be.",
)
def new(name: str, kind: str | None, database: str) -> None:
    """Make a project in a new folder NAME.

    Without an option it has pages, models and migrations, tests, and what it takes
    to put it into containers.
    """
    plan = Plan(require_good_name(name), kind or "site", database)
    folder = Path.cwd() / name
    made = make_project(plan, folder)
    click.secho(f"{name}: {len(made)} files.", bold=True)
    for step in _next_steps(plan):
        click.echo(f"    {step}")


def require_good_name(name: str) -> str:
    """Give the name back, or say why it cannot be one and what could."""
    wanted = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
    package = name.replace("-", "_")
    advice = f" Try: carboy new {wanted}" if wanted and wanted != name else ""
    if not _NAME.fullmatch(name):
        msg = (
            f"{name!r} cannot be the name of a project: it takes small letters, "
            f"digits and dashes, and begins with a letter.{advice}"
        )
        raise ConfigError(msg)
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        msg = f"{name!r} is a word of Python, so it could not be imported."
        raise ConfigError(f"{msg} Try: carboy new {name}-site")
    if _is_taken(package):
        msg = f"{name!r} is the name of another package, which it would hide."
        raise ConfigError(f"{msg} Try: carboy new my-{name}")
    return name


def make_project(plan: Plan, folder: Path) -> list[Path]:
    """Write every file of the plan into `folder`, which must not be there yet."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        msg = (
            f"{folder.name} is there already and was left alone. Choose another name, "
            f"or move it away."
        )
        raise ConfigError(msg)
    made = []
    for path, text in sorted(render(plan).items()):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o600 if file.name in _PRIVATE else 0o666
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        made.append(file)
    if plan.has_database:
        # Data of visitors: nobody else on the machine has to read it.
        (folder / "instance").mkdir(mode=0o700)
    return made


def render(plan: Plan) -> dict[Path, str]:
    """Give path and text of each file."""
    environment = Environment(
        loader=FileSystemLoader(SKELETON),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - code is written, not pages
    )
    values = {
        "plan": plan,
        "version": metadata.version("carboy"),
        "secret": secrets.token_hex(32),
        "password": secrets.token_urlsafe(18),
    }
    found = {}
    for layer in LAYERS[plan.kind]:
        for file in sorted((SKELETON / layer).rglob(f"*{_SUFFIX}")):
            text = environment.get_template(str(file.relative_to(SKELETON)))
            found[_place(file.relative_to(SKELETON / layer), plan)] = text.render(
                values
            )
    if plan.has_database:
        found |= _migrations()
    # A file that has nothing to say in this kind of project is left away.
    return {path: text for path, text in found.items() if text.strip()}


def _migrations() -> dict[Path, str]:
    """Take what `db init` would write."""
    scaffold = files("carboy.db.migrations") / "scaffold"
    return {
        Path("migrations", name): (scaffold / source).read_text("utf-8")
        for source, name in (
            ("env.py.txt", "env.py"),
            ("script.py.mako", "script.py.mako"),
        )
    }


def _place(path: Path, plan: Plan) -> Path:
    parts = [
        part.replace("dot-", ".", 1) if part.startswith("dot-") else part
        for part in path.with_suffix("").parts
    ]
    return Path(*(plan.package if part == "package" else part for part in parts))


def _is_taken(package: str) -> bool:
    known = metadata.packages_distributions()
    return package in _TAKEN | sys.stdlib_module_names or package in known


def _next_steps(plan: Plan) -> list[str]:
    steps = [f"cd {plan.name}"]
    if plan.database != "sqlite":
        steps.append("docker compose up --detach db")
    if plan.has_database:
        steps += [
            "python manage.py db migrate -m first",
            "python manage.py db upgrade",
        ]
    return [*steps, "python manage.py dev"]
