"""A Python prompt with the names of a site."""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask

from carboy.core import registry_of


def gather_names(app: Flask) -> dict[str, Any]:
    """Return the names of batteries and of the app's shell context."""
    return {**registry_of(app).shell, **app.make_shell_context()}


def open_prompt(
    names: dict[str, Any], banner: str = "", *, plain: bool = False
) -> None:
    """Open IPython if it is installed, or else Python's own prompt."""
    if not plain and find_spec("IPython") is not None:
        start = import_module("IPython").start_ipython
        start(argv=["--no-banner"] if not banner else [], user_ns=names)
        return
    _complete_with_tab(names)
    visible = sorted(name for name in names if not name.startswith("_"))
    version = sys.version.split()[0]
    banner = banner or f"Python {version}. Names: {', '.join(visible)}"
    # Imported here only: processes that serve must not load the module.
    import_module("code").interact(banner=banner, local=names, exitmsg="")


def _complete_with_tab(names: dict[str, Any]) -> None:
    if find_spec("readline") is None:  # some builds of Python are without
        return
    readline = import_module("readline")
    readline.set_completer(import_module("rlcompleter").Completer(names).complete)
    readline.parse_and_bind("tab: complete")
