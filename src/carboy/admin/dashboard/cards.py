"""What a site shows on the first page: functions of it, each with a policy."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from carboy.translation import gettext

from .series import Series, list_rows, make_series
from .svg_chart import draw_chart

NUMBER = "number"
_log = logging.getLogger("carboy.admin")


@dataclass(frozen=True, slots=True)
class DashboardCard:
    """A number or a chart: a function without parameters, about a model."""

    name: str
    label: Any
    model: type[Any]
    kind: str
    function: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class CardResult:
    """What a function has returned, as the page shows it, or why it shows nothing."""

    card: DashboardCard
    value: Any = ""
    series: list[Series] = field(default_factory=list)
    table: list[tuple[str, list[str]]] = field(default_factory=list)
    problem: str = ""


def compute_card(card: DashboardCard, on_error: Callable[[], None]) -> CardResult:
    """Return what a card shows; one that fails does not take the page along."""
    try:
        result = card.function()
        if card.kind == NUMBER:
            return CardResult(card, _write_number(result))
        series = make_series(result)
        if not any(points for _, points in series):
            return CardResult(card, problem=gettext("No data yet."))
        drawing = draw_chart(series, card.kind, str(card.label))
        return CardResult(card, drawing, series, list_rows(series))
    except Exception:  # noqa: BLE001 - the code of a site: the other cards go on
        _log.exception("The card %s of the console failed.", card.name)
        on_error()
        return CardResult(card, problem=gettext("It could not be computed."))


def _write_number(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:,}" if is_number else str(value)
