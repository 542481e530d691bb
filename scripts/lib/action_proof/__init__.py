"""An action of the console on many rows, whose workers are killed."""

from .trial import ActionPlan, run_action

__all__ = ["ActionPlan", "run_action"]
