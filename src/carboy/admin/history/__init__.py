"""What has happened to rows: who changed what, and a way back."""

from .change_table import (
    CHANGES,
    ChangeRecord,
    find_change,
    list_changes,
    prepare_changes,
)
from .recording import ChangeRecorder, record_act, record_changes
from .restore import read_snapshot, restore_values
from .snapshots import HIDDEN_MARK, take_changes, take_snapshot

__all__ = [
    "CHANGES",
    "HIDDEN_MARK",
    "ChangeRecord",
    "ChangeRecorder",
    "find_change",
    "list_changes",
    "prepare_changes",
    "read_snapshot",
    "record_act",
    "record_changes",
    "restore_values",
    "take_changes",
    "take_snapshot",
]
