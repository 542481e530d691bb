"""Sends pages what changed: one thread polls, however many pages are open."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import ExitStack
from typing import Any

from carboy.events import Channel
from carboy.tasks.app_state import TasksState
from carboy.translation import get_language, use_language

from .view_models import read_run_views

log = logging.getLogger("carboy.tasks")

_PERIOD = 0.4
_BATCH = 400


class RunChannel(Channel):
    """The changes of one run, which is polled while there are listeners."""

    def __init__(
        self, run_id: str, watcher: RunWatcher, *, with_reasons: bool, language: str
    ) -> None:
        super().__init__(history=1, replay=1)
        self.run_id = run_id
        self.with_reasons = with_reasons
        self.language = language
        self._watcher = watcher
        self._last: dict[str, Any] | None = None

    def set_listener(self, listener: Any) -> None:
        """Poll the run from the first listener to the last."""
        super().set_listener(listener)
        if listener is None:
            self._watcher.remove(self)
        else:
            self._watcher.add(self)

    def read_since(self, last_id: str) -> list[Any]:
        """Return the present state, unless the page has it already."""
        if not self._watcher.has(self):
            self._watcher.poll([self])
        return [each for each in super().read_since("") if each.id != last_id]

    def publish_if_new(self, view: dict[str, Any]) -> None:
        """Publish the state of the run if it changed."""
        if view != self._last:
            self._last = view
            self.publish(view)


# A run, whether the page shows why it failed, and the language of the page.
_Key = tuple[str, bool, str]


class RunWatcher:
    """All runs of one app that somebody watches from this process."""

    def __init__(self, site: TasksState) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._channels: dict[_Key, RunChannel] = {}
        self._watched: dict[_Key, RunChannel] = {}
        self._thread: threading.Thread | None = None

    def channel(self, run_id: str, *, with_reasons: bool) -> RunChannel:
        """Return the channel of a run, the same one for all pages of a kind."""
        key = (run_id, with_reasons, get_language())
        with self._lock:
            if len(self._channels) > 2 * len(self._watched) + 1000:
                self._channels = dict(self._watched)
            if key not in self._channels:
                channel = RunChannel(
                    run_id, self, with_reasons=with_reasons, language=key[2]
                )
                self._channels[key] = channel
            return self._channels[key]

    def has(self, channel: RunChannel) -> bool:
        """Return whether the thread polls this run."""
        return _key(channel) in self._watched

    def add(self, channel: RunChannel) -> None:
        """Poll a run from now on."""
        self.poll([channel])
        with self._lock:
            self._channels[_key(channel)] = channel
            self._watched[_key(channel)] = channel
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="carboy-watch", daemon=True
                )
                self._thread.start()

    def remove(self, channel: RunChannel) -> None:
        """Poll a run no longer."""
        with self._lock:
            self._watched.pop(_key(channel), None)
            self._channels.pop(_key(channel), None)

    def poll(self, channels: list[RunChannel]) -> None:
        """Read the runs once, and publish what changed."""
        try:
            for some in _group(channels):
                for start in range(0, len(some), _BATCH):
                    self._publish(some[start : start + _BATCH])
        except Exception as error:  # noqa: BLE001 - the database may be away; it comes back
            log.debug("The runs cannot be read: %s", error)

    def _publish(self, channels: list[RunChannel]) -> None:
        ids, with_reasons = [each.run_id for each in channels], channels[0].with_reasons
        with ExitStack() as stack:
            if language := channels[0].language:
                stack.enter_context(self._site.app.app_context())
                stack.enter_context(use_language(language))
            views = read_run_views(self._site, ids, with_reasons=with_reasons)
        for channel in channels:
            if channel.run_id in views:
                channel.publish_if_new(views[channel.run_id])

    def _run(self) -> None:
        while True:
            with self._lock:
                channels = list(self._watched.values())
                if not channels:
                    self._thread = None
                    return
            self.poll(channels)
            time.sleep(_PERIOD)


def _key(channel: RunChannel) -> _Key:
    return channel.run_id, channel.with_reasons, channel.language


def _group(channels: list[RunChannel]) -> list[list[RunChannel]]:
    """Return the channels in groups that show the same of a run."""
    groups: dict[tuple[bool, str], list[RunChannel]] = {}
    for channel in channels:
        key = (channel.with_reasons, channel.language)
        groups.setdefault(key, []).append(channel)
    return list(groups.values())
