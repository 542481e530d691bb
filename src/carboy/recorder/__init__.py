"""The recorder: what each request and task did, for developers."""

from .extension import Recorder
from .recorder_state import RecorderState, close_recorders, recorder_state
from .settings import RecorderSettings
from .trace import Detail, Event, Summary, Trace

__all__ = [
    "Detail",
    "Event",
    "Recorder",
    "RecorderSettings",
    "RecorderState",
    "Summary",
    "Trace",
    "close_recorders",
    "recorder_state",
]
