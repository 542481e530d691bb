"""The recorder: what each request and task did, for developers."""

from .extension import Recorder, close_recorders
from .recorder_state import RecorderState, recorder_state
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
