"""The parent process: it binds, and sees to it that the right workers live."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field

from carboy.processes import die_with_parent
from carboy.server import banner
from carboy.server.listeners import Listener, close_listeners, refuse_newcomers
from carboy.server.logs import log
from carboy.server.options import App, ServeOptions, StartCheck
from carboy.server.site_options import hear_taken

from .control_channel import Link, make_links
from .os_process import (
    dump_stacks_on_abort,
    explain_end,
    raise_descriptor_limit,
    reset_signals,
)
from .systemd import Systemd
from .worker import Assignment, run_worker

STOPPED = 0
FAILED_USAGE = 2
FAILED_START = 3
FAILED_BIND = 4
FAILED_LIVE = 5

_TURN = 0.25
_SETTLE = 0.1
_SPARE_DESCRIPTORS = 512
_QUICK_DEATH = 1.0
_LONGEST_PAUSE = 10.0


@dataclass(slots=True)
class Child:
    """A worker, seen from its parent."""

    pid: int
    number: int
    link: Link
    generation: int
    born: float
    heard: float
    state: str = "starting"
    replaces: list[int] = field(default_factory=list)
    aborted: float = 0.0


class Supervisor:
    """Starts, watches, replaces and stops workers."""

    def __init__(
        self,
        target: str | App,
        options: ServeOptions,
        listeners: list[Listener],
        before_start: StartCheck | None = None,
    ) -> None:
        self._target = target
        self._options = self._shown = options
        self._listeners = listeners
        self._before_start = before_start
        self._systemd = Systemd()
        self._children: dict[int, Child] = {}
        self._selector = selectors.DefaultSelector()
        self._generation = 0
        self._announced = False
        self._code: int | None = None
        self._kill_at = 0.0
        self._close_at = 0.0
        self._is_reload_due = False
        self._pauses: dict[int, tuple[float, float]] = {}
        self._next_alive = 0.0

    def run(self) -> int:
        """Serve until stopped; return the exit code."""
        self._open_signals()
        raise_descriptor_limit(
            self._options.limits.max_connections + _SPARE_DESCRIPTORS
        )
        for number in range(self._options.workers):
            self._start(number)
        while self._children or self._pauses:
            self._turn()
        return self._code if self._code is not None else FAILED_LIVE

    def _turn(self) -> None:
        for key, _ in self._selector.select(_TURN):
            if isinstance(key.data, Child):
                self._hear(key.data)
            else:
                self._take_signals()
        self._reap()
        self._watch()

    # Signals

    def _open_signals(self) -> None:
        read, write = socket.socketpair()
        read.settimeout(0)
        write.settimeout(0)
        self._wakeup = (read, write)
        signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        self._selector.register(read, selectors.EVENT_READ, None)

    def _take_signals(self) -> None:
        with suppress(BlockingIOError):
            for number in self._wakeup[0].recv(256):
                if number in {signal.SIGTERM, signal.SIGINT}:
                    self._stop(hurry=number == signal.SIGINT)
                elif number == signal.SIGHUP:
                    self._reload()

    # Lives

    def _start(self, number: int, replaces: list[int] | None = None) -> None:
        ours, theirs = make_links()
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._become_worker(number, parent, theirs)
        theirs.close()
        now = time.monotonic()
        child = Child(pid, number, ours, self._generation, now, now)
        child.replaces = replaces or []
        self._children[pid] = child
        self._selector.register(ours, selectors.EVENT_READ, child)

    def _become_worker(self, number: int, parent: int, link: Link) -> None:
        try:
            reset_signals()
            die_with_parent(parent)
            dump_stacks_on_abort()
            self._selector.close()
            for each in self._wakeup:
                each.close()
            for child in self._children.values():
                child.link.close()
            assignment = Assignment(
                self._target,
                self._options,
                tuple(self._listeners),
                self._before_start,
                number,
            )
            run_worker(assignment, link)
        finally:
            os._exit(1)

    def _hear(self, child: Child) -> None:
        messages = child.link.receive()
        if messages is None:
            self._selector.unregister(child.link)
            return
        for message in messages:
            child.heard = time.monotonic()
            if message["kind"] == "ready":
                self._shown = hear_taken(self._options, message)
                self._welcome(child)
            elif message["kind"] == "failed":
                self._give_up(child, message)
            elif message.get("tired") and child.state == "ready":
                child.state = "tired"
                log.info("Worker %d has served enough and is replaced.", child.pid)
                self._start(child.number, [child.pid])

    def _welcome(self, child: Child) -> None:
        child.state = "ready"
        self._pauses.pop(child.number, None)
        if self._code is not None:
            child.link.send("stop")
            return
        if child.generation == self._generation and self._is_complete():
            for pid in self._list_outdated():
                self._children[pid].state = "leaving"
                self._children[pid].link.send("drain")
            self._announce()
        for pid in child.replaces:
            old = self._children.get(pid)
            if old is not None and old.state != "leaving":
                old.state = "leaving"
                old.link.send("drain")

    def _is_complete(self) -> bool:
        ready = {
            child.number
            for child in self._children.values()
            if child.generation == self._generation and child.state == "ready"
        }
        return len(ready) >= self._options.workers

    def _is_starting(self) -> bool:
        return any(child.state == "starting" for child in self._children.values())

    def _list_outdated(self) -> list[int]:
        return [
            pid
            for pid, child in self._children.items()
            if child.generation < self._generation and child.state != "leaving"
        ]

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            banner.print_block(
                self._target,
                self._shown,
                self._listeners,
                was_checked=self._before_start is not None,
            )
        elif self._generation:
            log.info("All workers are of generation %d now.", self._generation)
        self._systemd.tell_ready(f"{self._options.workers} workers")

    def _give_up(self, child: Child, message: dict[str, object]) -> None:
        """Note why a worker could not start. Its death comes by itself."""
        child.state = "failed"
        lines = message.get("lines")
        for line in lines if isinstance(lines, list) else []:
            log.error("%s", line)
        code = message.get("code")
        if not self._announced and self._code is None:
            self._code = code if isinstance(code, int) else FAILED_START
            self._end_all(signal.SIGKILL)

    # Ends

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self._children.pop(pid, None)
            if child is not None:
                self._bury(child, os.waitstatus_to_exitcode(status))

    def _bury(self, child: Child, code: int) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(child.link)
        child.link.close()
        if self._code is not None or child.state == "leaving":
            return
        if child.state in {"starting", "failed"}:
            self._bury_unborn(child, code)
            return
        if self._has_successor(child):
            return
        log.error("Worker %d %s. Another one starts.", child.pid, explain_end(code))
        if time.monotonic() - child.born < _QUICK_DEATH:
            self._pause(child.number)
        else:
            self._start(child.number)

    def _bury_unborn(self, child: Child, code: int) -> None:
        if not self._announced:
            if child.state == "starting":
                log.error("The worker %s before it was ready.", explain_end(code))
            self._code = FAILED_START
            self._end_all(signal.SIGKILL)
        elif child.replaces or self._list_older(child):
            self._call_off(child)
        else:
            self._pause(child.number)

    def _list_older(self, child: Child) -> list[Child]:
        return [
            other
            for other in self._children.values()
            if other.generation < child.generation and other.state == "ready"
        ]

    def _call_off(self, child: Child) -> None:
        """Keep the workers that work: their successors could not start."""
        log.error("The new workers could not start; the old ones go on.")
        self._systemd.tell_ready("reload failed, serving as before")
        for pid in child.replaces:
            if pid in self._children:
                self._children[pid].state = "ready"
        for other in self._children.values():
            if other.generation == child.generation and self._list_older(other):
                other.state = "leaving"
                with suppress(ProcessLookupError):
                    os.kill(other.pid, signal.SIGKILL)
        if self._list_older(child):
            self._generation = max(c.generation for c in self._list_older(child))

    def _has_successor(self, child: Child) -> bool:
        return any(
            child.pid in other.replaces
            or (other.number == child.number and other.generation > child.generation)
            for other in self._children.values()
        )

    def _pause(self, number: int) -> None:
        """Start this worker a little later, longer each time."""
        _, last = self._pauses.get(number, (0.0, 0.0))
        pause = min(max(last * 2, 0.25), _LONGEST_PAUSE)
        self._pauses[number] = (time.monotonic() + pause, pause)

    # Commands

    def _reload(self) -> None:
        if self._code is not None:
            return
        # Those that start now may have read code from before the signal.
        self._is_reload_due = self._is_starting()
        if self._is_reload_due:
            log.info("Replacing all workers again, once the new ones have started.")
            return
        log.info("Replacing all workers.")
        self._systemd.tell_reloading()
        self._generation += 1
        self._pauses.clear()
        for number in range(self._options.workers):
            self._start(number)

    def _stop(self, *, hurry: bool) -> None:
        if self._code is not None:
            if hurry:
                self._end_all(signal.SIGKILL)
            return
        log.info("Stopping.")
        self._code = STOPPED
        self._pauses.clear()
        self._systemd.tell_stopping()
        refuse_newcomers(self._listeners)
        now = time.monotonic()
        self._close_at = now + _SETTLE
        self._kill_at = now + self._options.drain_timeout + 2 * _QUICK_DEATH

    def _close_doors(self) -> None:
        self._close_at = 0.0
        close_listeners(self._listeners)
        for child in self._children.values():
            child.link.send("stop")

    def _end_all(self, number: signal.Signals) -> None:
        for pid in self._children:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    # Watch

    def _watch(self) -> None:
        now = time.monotonic()
        if self._close_at and now >= self._close_at:
            self._close_doors()
        if self._kill_at and now >= self._kill_at:
            self._end_all(signal.SIGKILL)
        for number, (when, pause) in list(self._pauses.items()):
            if when and now >= when:
                self._pauses[number] = (0.0, pause)
                self._start(number)
        if self._is_reload_due and not self._is_starting():
            self._reload()
        for child in list(self._children.values()):
            self._watch_child(child, now)
        if self._systemd.watchdog and now >= self._next_alive:
            self._next_alive = now + self._systemd.watchdog
            self._systemd.tell_alive()

    def _watch_child(self, child: Child, now: float) -> None:
        options = self._options
        starting = child.state == "starting"
        limit = options.start_timeout if starting else options.hang_timeout
        if child.aborted:
            if now - child.aborted > 2 * _QUICK_DEATH:
                with suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGKILL)
        elif now - child.heard > limit and child.state != "failed":
            log.critical(
                "Worker %d gave no sign of life for %gs and is killed. "
                "What it was doing:",
                child.pid,
                limit,
            )
            child.aborted = now
            os.kill(child.pid, signal.SIGABRT)
