"""The recorder: what each request and task did, for developers."""

from .extension import Recorder
from .recorder_state import RecorderState, close_recorders, recorder_state
from .settings import RecorderSettings
from .trace import Detail, Summary, Trace, TraceEvent

__all__ = [
    "Detail",
    "Recorder",
    "RecorderSettings",
    "RecorderState",
    "Summary",
    "Trace",
    "TraceEvent",
    "close_recorders",
    "recorder_state",
]
