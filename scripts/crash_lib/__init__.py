"""Kills workers, web processes and brokers at work, and counts what is missing."""

from .report import write_requests, write_restarts, write_table, write_watching
from .requests import Requests, run_requests
from .restarts import Restarts, run_restarts
from .tree import TreeOutcome, TreePlan, run_tree, write_tree
from .trial import Outcome, Plan, run_trial
from .watchers import Watching, run_watchers

__all__ = [
    "Outcome",
    "Plan",
    "Requests",
    "Restarts",
    "TreeOutcome",
    "TreePlan",
    "Watching",
    "run_requests",
    "run_restarts",
    "run_tree",
    "run_trial",
    "run_watchers",
    "write_requests",
    "write_restarts",
    "write_table",
    "write_tree",
    "write_watching",
]
