"""Reads Flask notes: their code samples, which are run, and the names in them."""

from .extract import Sample, list_samples
from .names import list_names
from .run import Outcome, run_samples

__all__ = ["Outcome", "Sample", "list_names", "list_samples", "run_samples"]
