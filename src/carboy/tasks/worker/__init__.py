"""A worker's processes around Celery: its supervisor, active runs, output and banner.

How a run is executed is in `tasks.celery.execute`.
"""

from .active_runs import ActiveRuns, Attempt, current_attempt
from .banner import make_block
from .claim_buffer import ClaimBuffer
from .claiming import Claiming
from .end_queue import EndQueue
from .fork_lock import fork_lock
from .output import OutputToLog, end_lines
from .supervisor import BEAT, CHILD, PULSE, Supervisor, make_command

__all__ = [
    "BEAT",
    "CHILD",
    "PULSE",
    "ActiveRuns",
    "Attempt",
    "ClaimBuffer",
    "Claiming",
    "EndQueue",
    "OutputToLog",
    "Supervisor",
    "current_attempt",
    "end_lines",
    "fork_lock",
    "make_block",
    "make_command",
]
