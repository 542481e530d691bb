"""Tests on a copy of the package from which something was taken out."""

from .copies import change_text, run_tests

__all__ = ["change_text", "run_tests"]
