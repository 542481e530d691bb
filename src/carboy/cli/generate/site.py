"""What there is in a project: its package, models, extension objects and layout."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from carboy.cli.locate_app import AppInfo
from carboy.core import registry_of
from carboy.errors import ConfigError


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model class: its module and name."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """A project folder with one package, such as `carboy new` creates."""

    folder: Path
    package: str
    installed: frozenset[str]

    @property
    def is_translated(self) -> bool:
        """Whether its pages have languages, so that texts are marked."""
        return "i18n" in self.installed

    @property
    def root(self) -> Path:
        """The folder of the package."""
        return self.folder / self.package

    @property
    def factory(self) -> Path:
        """The file with `create_app`."""
        return self.root / "__init__.py"

    def find_model(self, name: str) -> FoundModel | None:
        """Return the model of this class name, or None."""
        return next((m for m in self.list_models() if m.name == name), None)

    def list_models(self) -> Iterator[FoundModel]:
        """Yield the models of the package, without importing any."""
        for file in sorted(self.root.rglob("models.py")):
            for name in _list_classes(file):
                parts = file.relative_to(self.folder).with_suffix("").parts
                yield FoundModel(".".join(parts), name)

    def has_extension(self, name: str) -> bool:
        """Return whether `ext.py` has an object of this name."""
        file = self.root / "ext.py"
        return file.is_file() and name in _list_assigned(file)

    def find_layout(self) -> str:
        """Return the template that pages extend."""
        file = self.root / "templates" / "layout.html"
        if file.is_file() and "carboy/page.html" in file.read_text("utf-8"):
            return "layout.html"
        return "carboy/page.html"


def open_site(info: AppInfo) -> Site:
    """Return the project of a command line; raise if it has no package of its own."""
    file = info.folder / "pyproject.toml"
    target = ""
    if file.is_file():
        tool = tomllib.loads(file.read_text("utf-8")).get("tool", {})
        target = str(tool.get("carboy", {}).get("app", ""))
    package = (target or info.target.import_path).partition(":")[0].partition(".")[0]
    if not (info.folder / package / "__init__.py").is_file():
        msg = (
            f"{info.folder.name} is no project with a package, such as `carboy new` "
            f"creates: there is no {package or 'package'}/__init__.py. Run this in the "
            f"folder of the project."
        )
        raise ConfigError(msg)
    return Site(info.folder, package, frozenset(_list_installed(info)))


def _list_installed(info: AppInfo) -> Iterator[str]:
    yield from registry_of(info.load_app()).installed


def _list_classes(file: Path) -> Iterator[str]:
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.bases:
            yield node.name


def _list_assigned(file: Path) -> set[str]:
    return {
        target.id
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
