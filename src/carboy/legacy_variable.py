"""Opens the door to old names in each process of a site, if `LEGACY=1` asks for it."""

import os
from importlib import import_module

_NO = frozenset({"", "0", "false", "no", "off"})


def open_if_asked() -> None:
    """Import `carboy.legacy` if the variable LEGACY is set."""
    if os.environ.get("LEGACY", "").lower() not in _NO:
        import_module("carboy.legacy")
