"""Besieging a served site: what `scripts/siege` is made of."""

from .attacks import run_attacks
from .lives import live_and_die
from .report import Row, write_page, write_table
from .soaking import soak
from .speed import race
from .streams import hold_streams

__all__ = [
    "Row",
    "hold_streams",
    "live_and_die",
    "race",
    "run_attacks",
    "soak",
    "write_page",
    "write_table",
]
