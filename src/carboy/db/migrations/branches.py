"""Branches of migrations: the site's own, and one for each module that has models."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from flask import Flask

from carboy.core import command_line, registry_of

from .errors import MigrationError

SITE = "the site"


@dataclass(frozen=True, slots=True)
class MigrationBranch:
    """The migrations in one folder; `name` is None for those of the site."""

    name: str | None
    folder: Path

    def list_heads(self, scripts: ScriptDirectory) -> list[str]:
        """Return the newest revisions of this folder."""
        own = self._list(scripts)
        known = {script.revision for script in own}
        followed: set[str] = set()
        for script in own:
            down = script.down_revision or ()
            followed |= {down} if isinstance(down, str) else {*down}
        return sorted(known - followed)

    def find_root(self, scripts: ScriptDirectory) -> str | None:
        """Return the first revision of this folder, or None."""
        return next((s.revision for s in self._list(scripts) if s.is_base), None)

    def _list(self, scripts: ScriptDirectory) -> list[Script]:
        folder = self.folder.resolve()
        return [
            script
            for script in scripts.walk_revisions()
            if Path(script.path).parent.resolve() == folder
        ]


def has_modules(app: Flask) -> bool:
    """Return whether a module of the app has migrations."""
    return bool(registry_of(app).migrations)


def get_branch(app: Flask, folder: Path, module: str | None) -> MigrationBranch:
    """Return the branch of a module, or that of the site in `folder`."""
    if module is None:
        return MigrationBranch(None, folder / "versions")
    modules = registry_of(app).migrations
    if module not in modules:
        known = ", ".join(sorted(modules)) or "none"
        msg = (
            f"There is no module {module!r} with migrations on this site; there are: "
            f"{known}. Install the module with app.use(…) in create_app."
        )
        raise MigrationError(msg)
    return MigrationBranch(module, modules[module])


def add_version_folders(config: Config, app: Flask, folder: Path) -> None:
    """Add the folders of the modules to those that Alembic reads."""
    if not has_modules(app):
        return
    folders = config.get_version_locations_list() or [str(folder / "versions")]
    for name, path in registry_of(app).migrations.items():
        if not path.is_dir():
            msg = (
                f"The migrations of the module {name} should be in {path}, which is "
                f"not there. Create the folder, or, if the module came as a wheel, "
                f"build it with its migrations."
            )
            raise MigrationError(msg)
        folders.append(str(path))
    config.set_main_option("path_separator", "newline")
    joined = "\n".join(folders).replace("%", "%%")
    config.set_main_option("version_locations", joined)


def make_revision_options(
    config: Config, branch: MigrationBranch, options: dict[str, Any]
) -> dict[str, Any]:
    """Return the options with which Alembic continues a branch in its own folder."""
    heads = branch.list_heads(ScriptDirectory.from_config(config))
    if len(heads) > 1:
        msg = (
            f"The migrations of {branch.name or SITE} have {len(heads)} ends: "
            f"{', '.join(heads)}. Join them first with "
            f"`{command_line('db merge ' + ' '.join(heads))}`."
        )
        raise MigrationError(msg)
    defaults: dict[str, Any] = {"version_path": str(branch.folder)}
    if heads:
        defaults["head"] = heads[0]
    else:
        defaults["head"] = "base"
        defaults["branch_label"] = branch.name
    return defaults | options


def name_branch(config: Config, branch: MigrationBranch, revision: str) -> str:
    """Return a relative or symbolic revision with the branch of the site before it."""
    is_relative = revision[:1] in {"-", "+"} or revision in {"base", "head"}
    if not is_relative:
        return revision
    root = branch.find_root(ScriptDirectory.from_config(config))
    if root is None:
        first = next(iter(config.attributes["modules"]))
        msg = (
            f"The site has no migrations of its own, so {revision!r} could mean any "
            f"module. Name one, such as {first}@{revision}."
        )
        raise MigrationError(msg)
    return f"{root}@{revision}"


def select_tables(app: Flask, site: sa.MetaData, module: str | None) -> sa.MetaData:
    """Return the tables that a new migration of a branch is about."""
    if module is None:
        return site
    base = registry_of(app).models.get(module)
    return base.metadata if base is not None else sa.MetaData()


def find_owner(app: Flask, site: sa.MetaData, table: str) -> str | None:
    """Return the module that a table belongs to, or None for the site."""
    if table in site.tables:
        return None
    bases = registry_of(app).models
    for module, base in bases.items():
        if table in base.metadata.tables:
            return module
    for module, base in bases.items():
        # The model was removed, and its table is left.
        prefix = base.__table_prefix__
        if prefix and table.startswith(prefix):
            return module
    return None
