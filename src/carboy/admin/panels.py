"""The panels that each console has: health, settings and checks of the site."""

import time
from collections.abc import Callable

from flask import Flask

from carboy.checks import run_app_checks
from carboy.core import (
    Panel,
    PanelQuery,
    PanelRow,
    PanelTable,
    PanelView,
    list_settings,
    redact_text,
    registry_of,
)
from carboy.site import find_problem, read_gauges
from carboy.translation import gettext, lazy_gettext

_CHANGED, _ALL = "changed", "all"


def make_panels(app: Flask) -> dict[str, Panel]:
    """Return the panels about a site as a whole, by name."""
    panels = (
        Panel(
            name="health",
            label=lazy_gettext("Health"),
            read=lambda _query: read_health(app),
        ),
        Panel(
            name="settings",
            label=lazy_gettext("Settings"),
            read=lambda query: read_settings(app, query),
            search=lazy_gettext("Search settings"),
        ),
        Panel(
            name="checks",
            label=lazy_gettext("Checks"),
            read=lambda _query: read_checks(app),
        ),
    )
    return {panel.name: panel for panel in panels}


def read_health(app: Flask) -> PanelView:
    """Ask each battery whether it works, and what it counts."""
    registry = registry_of(app)
    rows = [
        _check_health(name, check) for name, check in registry.readiness_checks.items()
    ]
    problems = sum(row.tone == "bad" for row in rows)
    gauges = [
        PanelRow((name.removeprefix("carboy_"), value))
        for name, value in read_gauges(app)
    ]
    return PanelView(
        note=gettext("Not ready: a load balancer sends no visitors here.")
        if problems
        else gettext("Everything that this site needs is reachable."),
        tone="bad" if problems else "good",
        tables=(
            PanelTable(
                gettext("Parts"),
                (gettext("Part"), gettext("Problem"), gettext("Time")),
                rows,
                gettext("No part has a check."),
            ),
            PanelTable(gettext("Gauges"), (gettext("Name"), gettext("Value")), gauges),
        ),
    )


def _check_health(name: str, check: Callable[[], str | None]) -> PanelRow:
    began = time.perf_counter()
    problem = find_problem(check)
    milliseconds = (time.perf_counter() - began) * 1000
    return PanelRow(
        (name, redact_text(problem or ""), f"{milliseconds:.1f} ms"),
        badge=gettext("Problem") if problem else gettext("Works"),
        tone="bad" if problem else "good",
    )


def read_settings(app: Flask, query: PanelQuery) -> PanelView:
    """List the settings that were set somewhere, or all; secrets are hidden."""
    words = query.search.casefold().split()
    rows = [
        PanelRow((row.name, row.value, row.origin, row.doc))
        for row in list_settings(app)
        if query.filter == _ALL or words or row.origin != "default"
        if all(word in f"{row.name} {row.doc}".casefold() for word in words)
    ]
    return PanelView(
        filters=((_CHANGED, gettext("Changed")), (_ALL, gettext("All"))),
        tables=(
            PanelTable(
                gettext("Settings"),
                (
                    gettext("Name"),
                    gettext("Value"),
                    gettext("Set in"),
                    gettext("Description"),
                ),
                rows,
                gettext("No setting has such a name."),
            ),
        ),
    )


def read_checks(app: Flask) -> PanelView:
    """Run the checks that run before the site is served."""
    results = run_app_checks(app)
    rows = [
        PanelRow(
            (check.id, check.message, check.hint),
            badge=gettext("Error") if check.level == "error" else gettext("Warning"),
            tone="bad" if check.level == "error" else "warn",
        )
        for check in results
    ]
    return PanelView(
        tables=(
            PanelTable(
                gettext("Checks"),
                (gettext("Check"), gettext("What is wrong"), gettext("What to do")),
                rows,
                gettext("No mistakes found."),
            ),
        )
    )
