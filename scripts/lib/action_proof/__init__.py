"""Actions of the console on many rows, or many runs, whose workers are killed."""

from .runs import run_retry
from .trial import ActionPlan, run_action

__all__ = ["ActionPlan", "run_action", "run_retry"]
