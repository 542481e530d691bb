"""The pages of the docs that are written by a program: each a path and its text."""

from .benchmarks import write_benchmarks
from .index import write_index
from .pages import list_pages

__all__ = ["list_pages", "write_benchmarks", "write_index"]
