"""Werkzeug's reloader: the process that it starts has the door open, too."""

import os
import sys
from collections.abc import Callable
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row


def _wrap(list_arguments: Callable[[], list[str]]) -> Callable[[], list[str]]:
    def list_with_door() -> list[str]:
        if os.environ.get("LEGACY_FILE") != sys.argv[0]:
            return list_arguments()
        return [sys.executable, "-m", "carboy.legacy", *sys.argv]

    return list_with_door


def _apply(patches: Patches) -> None:
    module: Any = sys.modules["werkzeug._reloader"]
    patches.set(
        module, "_get_args_for_reloading", _wrap(module._get_args_for_reloading)
    )


HOOKS = {"werkzeug._reloader": _apply}
ROWS: tuple[Row, ...] = ()
