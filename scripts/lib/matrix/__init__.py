"""Runs the tests with the oldest and the newest versions that Carboy allows."""

from .cells import CELLS, Cell, list_runs, list_short_runs, read_lower_bound
from .environments import Environment, find_pythons, make_environment
from .page import keep_results, load_results, write_page
from .parts import PARTS, Result, run_part

__all__ = [
    "CELLS",
    "PARTS",
    "Cell",
    "Environment",
    "Result",
    "find_pythons",
    "keep_results",
    "list_runs",
    "list_short_runs",
    "load_results",
    "make_environment",
    "read_lower_bound",
    "run_part",
    "write_page",
]
