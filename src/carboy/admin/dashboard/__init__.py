"""Numbers and charts of the first page, drawn on the server."""

from .cards import NUMBER, CardResult, DashboardCard, compute_card
from .series import Series, make_series
from .svg_chart import draw_chart

__all__ = [
    "NUMBER",
    "CardResult",
    "DashboardCard",
    "Series",
    "compute_card",
    "draw_chart",
    "make_series",
]
