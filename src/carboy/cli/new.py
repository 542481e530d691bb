"""`carboy new`: create a project from the templates in `skeleton`."""

import keyword
import os
import re
import secrets
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import click

from carboy.errors import ConfigError
from carboy.extras import EXTRA_MODULES, list_missing
from carboy.install_source import find_source

from .code_templates import make_environment
from .manifest import MANIFEST, make_manifest

SKELETON = Path(__file__).parent / "skeleton"
DATABASES = ("sqlite", "postgresql", "mysql")
# Kind → its layers of templates; a later layer replaces files of an earlier one.
LAYERS = {
    "minimal": ("every", "pages"),
    "site": ("every", "pages", "large"),
    "full": ("every", "pages", "large", "full"),
    "api": ("every", "large", "api"),
}
_SUFFIX = ".tmpl"
# Files with secrets: readable by their owner only.
_PRIVATE = frozenset({".env"})
_RESERVED = frozenset({"test", "tests", "app", "doc", "migrations", "manage", "carboy"})
_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class ProjectOptions:
    """The name, kind and database of a project to create."""

    name: str
    kind: str
    database: str
    # The wheel or checkout that Carboy is installed from, if it is not an index.
    source: Path | None = None

    @property
    def answers(self) -> dict[str, str]:
        """What was asked for; where Carboy is installed from belongs to a machine."""
        return {"name": self.name, "kind": self.kind, "database": self.database}

    @property
    def wheel(self) -> str:
        """The name of the wheel that is copied into the project, or an empty text."""
        is_wheel = self.source is not None and self.source.suffix == ".whl"
        return self.source.name if self.source is not None and is_wheel else ""

    @property
    def requirement(self) -> str:
        """The line of Carboy in requirements.txt."""
        if self.wheel:
            return f"./wheels/{self.wheel}{self.extras}"
        if self.source is not None:
            return f"carboy{self.extras} @ {self.source.as_uri()}"
        return f"carboy{self.extras}>={metadata.version('carboy')}"

    @property
    def package(self) -> str:
        """The name of its package."""
        return self.name.replace("-", "_")

    @property
    def title(self) -> str:
        """The name as pages show it."""
        return self.name.replace("-", " ").replace("_", " ").capitalize()

    @property
    def has_database(self) -> bool:
        """Whether it has models and migrations."""
        return self.kind != "minimal"

    @property
    def has_pages(self) -> bool:
        """Whether it has HTML pages, and not only an API."""
        return self.kind != "api"

    @property
    def is_full(self) -> bool:
        """Whether it has sessions, a cache and tasks."""
        return self.kind == "full"

    @property
    def command(self) -> str:
        """The name of its example command."""
        return "count-notes" if self.has_database else "show-name"

    @property
    def extras(self) -> str:
        """The extras of Carboy that it needs, as in `carboy[redis]`."""
        names = [] if self.database == "sqlite" else [self.database]
        names += ["redis"] if self.is_full else []
        names += ["site"] if self.has_database else []
        return f"[{','.join(names)}]" if names else ""


@click.command
@click.argument("name")
@click.option("--minimal", is_flag=True, help="One small package.")
@click.option("--api", is_flag=True, help="A JSON API without pages.")
@click.option("--full", is_flag=True, help="Sessions, cache and tasks as well.")
@click.option(
    "--db",
    "database",
    type=click.Choice(DATABASES),
    default="sqlite",
    show_default=True,
    help="Database of the project.",
)
def new(name: str, database: str, **kinds: bool) -> None:
    """Create a project in a new folder NAME.

    By default it has pages, models and migrations, tests, and files to run it in
    containers.
    """
    chosen = [kind for kind, is_chosen in kinds.items() if is_chosen]
    if len(chosen) > 1:
        flags = " and ".join(f"--{kind}" for kind in chosen)
        msg = f"{flags} exclude each other: each is another kind of project."
        raise click.UsageError(msg)
    kind = chosen[0] if chosen else "site"
    project = ProjectOptions(validate_name(name), kind, database, find_source())
    folder = Path.cwd() / name
    files = create_project(project, folder)
    click.secho(f"{name}: {len(files)} files.", bold=True)
    for step in _next_steps(project):
        click.echo(f"    {step}")


def validate_name(name: str) -> str:
    """Return the name; raise with a better one if it cannot name a project."""
    candidate = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
    package = name.replace("-", "_")
    advice = f" Try: carboy new {candidate}" if candidate not in {"", name} else ""
    if not _NAME.fullmatch(name):
        msg = (
            f"{name!r} cannot be the name of a project: use lowercase letters, "
            f"digits and dashes, and begin with a letter.{advice}"
        )
        raise ConfigError(msg)
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        msg = f"{name!r} is a keyword of Python, so it could not be imported."
        raise ConfigError(f"{msg} Try: carboy new {name}-site")
    if _is_reserved(package):
        msg = f"{name!r} is the name of another package, which the project would hide."
        raise ConfigError(f"{msg} Try: carboy new my-{name}")
    return name


def create_project(project: ProjectOptions, folder: Path) -> list[Path]:
    """Write every file of the project into `folder`, which must be new or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        msg = (
            f"{folder.name} exists already and was left alone. Choose another name, "
            f"or move it away."
        )
        raise ConfigError(msg)
    created = []
    texts = render(project)
    manifest = make_manifest(metadata.version("carboy"), project.answers, texts)
    for path, text in sorted({**texts, MANIFEST: manifest.render()}.items()):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o600 if file.name in _PRIVATE else 0o666
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        created.append(file)
    created += copy_wheel(project, folder)
    if project.has_database:
        # It holds the users' data, so other users of the machine must not read it.
        (folder / "instance").mkdir(mode=0o700)
    return created


def copy_wheel(project: ProjectOptions, folder: Path) -> list[Path]:
    """Copy the wheel that the project pins into it; return the new file."""
    target = folder / "wheels" / project.wheel
    if not project.wheel or project.source is None or target.exists():
        return []
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(project.source, target)
    return [target]


def render(project: ProjectOptions) -> dict[Path, str]:
    """Return the text of each file by its path."""
    environment = make_environment(SKELETON)
    values = {
        "project": project,
        "version": metadata.version("carboy"),
        "secret": secrets.token_hex(32),
        "password": secrets.token_urlsafe(18),
    }
    texts = {}
    for layer in LAYERS[project.kind]:
        for file in sorted((SKELETON / layer).rglob(f"*{_SUFFIX}")):
            template = environment.get_template(str(file.relative_to(SKELETON)))
            path = _target_path(file.relative_to(SKELETON / layer), project)
            texts[path] = template.render(values)
    if project.has_database:
        texts |= _migration_files()
    # A template that renders to nothing does not apply to this kind of project.
    return {path: text for path, text in texts.items() if text.strip()}


def _migration_files() -> dict[Path, str]:
    """Return the files that `db init` writes."""
    # By its path: the package cannot be imported without the extra `db`.
    scaffold = Path(__file__).parents[1] / "db" / "migrations" / "scaffold"
    return {
        Path("migrations", name): (scaffold / source).read_text("utf-8")
        for source, name in (
            ("env.py.txt", "env.py"),
            ("script.py.mako", "script.py.mako"),
        )
    }


def _target_path(path: Path, project: ProjectOptions) -> Path:
    parts = [
        part.replace("dot-", ".", 1) if part.startswith("dot-") else part
        for part in path.with_suffix("").parts
    ]
    return Path(*(project.package if part == "package" else part for part in parts))


def _is_reserved(package: str) -> bool:
    installed = metadata.packages_distributions()
    return package in _RESERVED | sys.stdlib_module_names or package in installed


def _next_steps(project: ProjectOptions) -> list[str]:
    steps = [f"cd {project.name}"]
    if project.has_database and any(map(list_missing, EXTRA_MODULES)):
        # The extra `site`, which this environment does not have yet.
        steps.append(f"pip install -r requirements.txt    # carboy{project.extras}")
    if project.database != "sqlite":
        steps.append("docker compose up --detach db")
    if project.has_database:
        steps += [
            "python manage.py db migrate -m first",
            "python manage.py db upgrade",
        ]
    return [*steps, "python manage.py dev"]
