"""Kills workers, web processes and brokers at work, and counts what is missing."""

from .report import write_requests, write_restarts, write_table
from .requests import Requests, run_requests
from .restarts import Restarts, run_restarts
from .trial import Outcome, Plan, run_trial

__all__ = [
    "Outcome",
    "Plan",
    "Requests",
    "Restarts",
    "run_requests",
    "run_restarts",
    "run_trial",
    "write_requests",
    "write_restarts",
    "write_table",
]
