"""The parts of `scripts/siege`: attacks, event streams, restarts, speed and soak."""

from .attacks import run_attacks
from .report import Row, format_table, write_page
from .restarts import run_restarts
from .soak import run_soak
from .speed import measure_speed
from .streams import run_streams
from .uploads import run_uploads

__all__ = [
    "Row",
    "format_table",
    "measure_speed",
    "run_attacks",
    "run_restarts",
    "run_soak",
    "run_streams",
    "run_uploads",
    "write_page",
]
