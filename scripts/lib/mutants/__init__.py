"""Tests on the package with something taken out."""

from .changed_modules import change_text
from .trials import Trial, run_trials

__all__ = ["Trial", "change_text", "run_trials"]
