"""The settings of the recorder."""

from typing import Annotated, ClassVar

from carboy.core import Section, setting
from carboy.errors import SettingsError


class RecorderSettings(Section, frozen=True, kw_only=True):
    """Which requests and tasks are recorded, and where."""

    prefix: ClassVar[str] = "RECORDER"

    sample: Annotated[
        float | None,
        setting(
            "Share of requests and tasks that are recorded, from 0 to 1. Unset: all in "
            "development, none elsewhere."
        ),
    ] = None

    def __post_init__(self) -> None:
        """Refuse a share that is none."""
        if self.sample is not None and not 0 <= self.sample <= 1:
            raise SettingsError(
                f"RECORDER_SAMPLE must be from 0 to 1, got {self.sample}. 0.01 records "
                f"one request in a hundred, and 0 none."
            )

    size_mb: Annotated[
        int,
        setting(
            "Size of the file instance/recorder/traces.ring. The oldest traces are "
            "overwritten.",
            ge=1,
            le=4096,
        ),
    ] = 32
    bar: Annotated[
        bool, setting("Add the bar to HTML pages for the developer on this machine.")
    ] = True
    sample_period: Annotated[
        float,
        setting(
            "Seconds between two looks of the profiler at a request that is being "
            "recorded; 0 switches it off.",
            ge=0,
        ),
    ] = 0.01
