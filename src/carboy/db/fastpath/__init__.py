"""Queries and flushes on private names of SQLAlchemy, and nothing else."""

from .compiled_query import Plan, each_once, result_of
from .eligibility import Objects, plain_count
from .flush import flush_plainly
from .limit_offset import cut, limit_of, offset_of
from .reader import Reader, ReconnectError, can_read, run_in_transaction

__all__ = [
    "Objects",
    "Plan",
    "Reader",
    "ReconnectError",
    "can_read",
    "cut",
    "each_once",
    "flush_plainly",
    "limit_of",
    "offset_of",
    "plain_count",
    "result_of",
    "run_in_transaction",
]
