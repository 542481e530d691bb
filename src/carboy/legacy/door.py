"""Opens the door: from here on old names and old behaviour are there."""

import sys

from .finder import OldModuleFinder, patch_module
from .modules import ForwardModule, OldModule
from .patches import Patches
from .themes import LIVING_MODULES

_patches = Patches()
_finder = OldModuleFinder(_patches)


def open_door() -> None:
    """Bring old names and old behaviour back, in this process.

    Modules that are imported already get them now, all others when they are imported.
    """
    if is_open():
        return
    sys.meta_path.insert(0, _finder)
    for name in LIVING_MODULES:
        module = sys.modules.get(name)
        if module is not None:
            patch_module(module, _patches)


def close_door() -> None:
    """Take everything back: modules, names, and behaviour."""
    if not is_open():
        return
    sys.meta_path.remove(_finder)
    _patches.undo()
    for name, module in [*sys.modules.items()]:
        if isinstance(module, OldModule | ForwardModule):
            del sys.modules[name]


def is_open() -> bool:
    """Return whether old names are there."""
    return _finder in sys.meta_path
