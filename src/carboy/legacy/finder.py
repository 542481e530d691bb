"""Finds old modules that are not installed, and adds old names to those of today."""

import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from .modules import ForwardModule, OldModule
from .patches import Patches
from .themes import (
    BROKEN,
    LIVING_MODULES,
    STAR_MODULES,
    find_old_theme,
    hooks_of,
    load_theme,
    rows_in,
)


class OldModuleFinder(MetaPathFinder):
    """The first finder of `sys.meta_path` while the door is open."""

    def __init__(self, patches: Patches) -> None:
        self.patches = patches

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return the spec of an old module, or of one that gets old names."""
        theme = find_old_theme(fullname)
        if theme is not None and _is_ours(fullname, path):
            if fullname not in load_theme(theme).MODULES and not _is_moved(fullname):
                return None
            return ModuleSpec(fullname, OldModuleLoader(), is_package=True)
        if fullname not in LIVING_MODULES:
            return None
        spec = self._find_elsewhere(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = PatchingLoader(spec.loader, self.patches)
        return spec

    def _find_elsewhere(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        for finder in sys.meta_path:
            if finder is not self and hasattr(finder, "find_spec"):
                spec = finder.find_spec(fullname, path, target)
                if spec is not None:
                    return spec
        return None


class OldModuleLoader(Loader):
    """Makes a module out of the rows of the table."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module; its names are found when they are used."""
        if _is_moved(spec.name):
            # flask.ext.script and flaskext.script
            name = "flask_" + spec.name.partition("ext.")[2]
            return ForwardModule(spec.name, name, load_theme("packages.flask_ext").GONE)
        return OldModule(spec.name, rows_in(spec.name))

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is no code to run."""


class PatchingLoader(Loader):
    """The loader of a module, which adds old names to it afterwards."""

    def __init__(self, loader: Any, patches: Patches) -> None:
        self._loader = loader
        self._patches = patches

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """See the loader of the module."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then add the old names."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        patch_module(module, self._patches)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


def patch_module(module: ModuleType, patches: Patches) -> None:
    """Add old names and old behaviour to a module of today."""
    patches.add_names(module, rows_in)
    for name in STAR_MODULES.get(module.__name__, ()):
        patches.add_to_star(sys.modules[name], rows_in(name))
    for hook in hooks_of(module.__name__):
        hook(patches)


def _is_ours(fullname: str, path: Sequence[str] | None) -> bool:
    """Return whether an old module is ours, rather than one that is installed."""
    top = fullname.partition(".")[0]
    if isinstance(sys.modules.get(top), OldModule):
        return True
    if top in BROKEN or _is_asked_for(top):
        return True
    return PathFinder.find_spec(fullname, path) is None


def _is_asked_for(package: str) -> bool:
    names = os.environ.get("LEGACY_PACKAGES", "").replace(",", " ").split()
    return package in names or ("all" in names and package.startswith("flask_"))


def _is_moved(fullname: str) -> bool:
    return fullname.startswith(("flask.ext.", "flaskext."))
