"""The parts of `scripts/crash`: kill processes under load, and count lost tasks."""

from .report import write_requests, write_restarts, write_table, write_watching
from .requests import RequestsResult, run_requests
from .restarts import RestartsResult, run_restarts
from .tree import TreeOutcome, TreePlan, run_tree, write_tree
from .trial import Outcome, Plan, run_trial
from .watchers import WatchersResult, run_watchers

__all__ = [
    "Outcome",
    "Plan",
    "RequestsResult",
    "RestartsResult",
    "TreeOutcome",
    "TreePlan",
    "WatchersResult",
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
