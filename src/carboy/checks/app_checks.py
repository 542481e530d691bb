"""Runs the checks of an app: those of `carboy check`, and of the start of a server."""

from collections.abc import Iterable
from functools import partial

from flask import Flask

from carboy import core
from carboy.core import Check, Checker, run_checks

from .engine import check_engine
from .server import check_server


def run_app_checks(
    app: Flask, more: Iterable[Checker] = (), *, verbose: bool = False
) -> list[Check]:
    """Run every check of the site and its batteries; return what they report."""
    checkers: list[Checker] = [
        *_list_checkers(app),
        partial(check_engine, verbose=verbose),
        check_server,
        *more,
    ]
    silenced = app.config.get("CHECKS_SILENCED") or ()
    return run_checks(app, checkers, silenced=silenced)


def _list_checkers(app: Flask) -> list[Checker]:
    # A foreign app has no registry; it gets none, and the module is not imported.
    return core.registry_of(app).checkers if "carboy" in app.extensions else []
