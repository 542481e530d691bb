"""Old names that work: import names, attributes and behaviour of old Flask code.

`import carboy.legacy` opens the door for the whole process. Each use of an old name
warns once, with the code to write instead. Nothing here is imported otherwise.
"""

from .open_on_import import close_door, is_open, open_door
from .report import format_report, read_report
from .rows import Row
from .run_file import run_file
from .themes import list_rows
from .uses import LegacyWarning, Use, list_uses, report_file

__all__ = [
    "LegacyWarning",
    "Row",
    "Use",
    "close_door",
    "format_report",
    "is_open",
    "list_rows",
    "list_uses",
    "open_door",
    "read_report",
    "report_file",
    "run_file",
]
