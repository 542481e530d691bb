"""Tells pages what changed: one thread looks, however many pages watch."""

from __future__ import annotations

import logging
import threading
from typing import Any

from carboy.events import Channel
from carboy.tasks.app_state import TasksState

from .view_models import read_run_views

log = logging.getLogger("carboy.tasks")

_PERIOD = 0.4
_BATCH = 400


class RunChannel(Channel):
    """The line of one run; it is looked at while somebody listens."""

    def __init__(self, run_id: str, watch: RunWatcher) -> None:
        super().__init__(history=1, replay=1)
        self.run_id = run_id
        self._watch = watch
        self._shown: dict[str, Any] | None = None

    def set_listener(self, listener: Any) -> None:
        """Have the run looked at with the first listener, and not after the last."""
        super().set_listener(listener)
        if listener is None:
            self._watch.drop(self)
        else:
            self._watch.add(self)

    def read_since(self, last_id: str) -> list[Any]:
        """Return the present state, unless the page has it already."""
        if not self._watch.has(self):
            self._watch.look([self])
        return [each for each in super().read_since("") if each.id != last_id]

    def show(self, snapshot: dict[str, Any]) -> None:
        """Send what there is to show if it is new."""
        if snapshot != self._shown:
            self._shown = snapshot
            self.publish(snapshot)


class RunWatcher:
    """All runs of one app that somebody watches from this process."""

    def __init__(self, site: TasksState) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._channels: dict[str, RunChannel] = {}
        self._watched: dict[str, RunChannel] = {}
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    def channel(self, run_id: str) -> RunChannel:
        """Return the channel of a run, the same one for all watchers."""
        with self._lock:
            if len(self._channels) > 2 * len(self._watched) + 1000:
                self._channels = dict(self._watched)
            found = self._channels.get(run_id)
            if found is None:
                found = self._channels[run_id] = RunChannel(run_id, self)
            return found

    def has(self, channel: RunChannel) -> bool:
        """Whether the thread looks at this run."""
        return channel.run_id in self._watched

    def add(self, channel: RunChannel) -> None:
        """Look at a run from now on."""
        self.look([channel])
        with self._lock:
            self._channels[channel.run_id] = channel
            self._watched[channel.run_id] = channel
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="carboy-watch", daemon=True
                )
                self._thread.start()

    def drop(self, channel: RunChannel) -> None:
        """Look at a run no longer."""
        with self._lock:
            self._watched.pop(channel.run_id, None)
            self._channels.pop(channel.run_id, None)

    def look(self, channels: list[RunChannel]) -> None:
        """Read the runs once, and show what is new."""
        try:
            for start in range(0, len(channels), _BATCH):
                self._show(channels[start : start + _BATCH])
        except Exception as error:  # noqa: BLE001 - the database may be away; it comes back
            log.debug("Nothing new can be shown: %s", error)

    def _show(self, channels: list[RunChannel]) -> None:
        found = read_run_views(self._site, [each.run_id for each in channels])
        for channel in channels:
            if channel.run_id in found:
                channel.show(found[channel.run_id])

    def _run(self) -> None:
        while True:
            with self._lock:
                channels = list(self._watched.values())
                if not channels:
                    self._thread = None
                    return
            self.look(channels)
            self._wake.wait(_PERIOD)
