"""Pages that show runs: progress for visitors, and the console.

They change runs through `tasks.operations` only.
"""

from .console import add_console
from .progress_pages import add_progress

__all__ = ["add_console", "add_progress"]
