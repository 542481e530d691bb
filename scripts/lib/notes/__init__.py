"""Reads Flask notes: their code samples, which are run, and the names in them."""

from .extract import Sample, list_samples
from .names import list_names
from .never import NEVER
from .rows import list_known
from .run import Outcome, run_samples

__all__ = [
    "NEVER",
    "Outcome",
    "Sample",
    "list_known",
    "list_names",
    "list_samples",
    "run_samples",
]
