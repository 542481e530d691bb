"""The supervisor process: starts, watches, replaces and stops workers."""

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
from carboy.server.listeners import Listener, close_listeners, drop_new_connections
from carboy.server.logs import log, use_json
from carboy.server.options import App, ServeOptions, StartCheck
from carboy.server.site_options import unpack_applied

from .control_channel import ControlChannel, Message, make_control_channels
from .resources import (
    describe_exit,
    dump_stacks_on_abort,
    raise_descriptor_limit,
    reset_signals,
)
from .systemd import Systemd
from .worker import WorkerConfig, run_worker

STOPPED = 0
FAILED_USAGE = 2
FAILED_START = 3
FAILED_BIND = 4
FAILED_LIVE = 5

_POLL_INTERVAL = 0.25
_ACCEPT_DELAY = 0.1
_SPARE_DESCRIPTORS = 512
_EARLY_EXIT = 1.0
_MAX_PAUSE = 10.0


@dataclass(slots=True)
class WorkerProcess:
    """A worker, as the supervisor sees it."""

    pid: int
    number: int
    channel: ControlChannel
    generation: int
    started_at: float
    last_beat: float
    state: str = "starting"
    replaces: list[int] = field(default_factory=list)
    aborted_at: float = 0.0


class ServerSupervisor:
    """Starts, watches, replaces and stops workers."""

    def __init__(
        self,
        target: str | App,
        options: ServeOptions,
        listeners: list[Listener],
        on_start: StartCheck | None = None,
    ) -> None:
        self._target = target
        self._options = self._applied = options
        self._listeners = listeners
        self._on_start = on_start
        self._systemd = Systemd()
        self._workers: dict[int, WorkerProcess] = {}
        self._selector = selectors.DefaultSelector()
        self._generation = 0
        self._is_announced = self._was_checked = False
        self._code: int | None = None
        self._kill_at = 0.0
        self._close_at = 0.0
        self._is_reload_due = False
        self._restarts: dict[int, tuple[float, float]] = {}
        self._next_watchdog = 0.0

    def run(self) -> int:
        """Serve until stopped; return the exit code."""
        self._install_signal_handlers()
        raise_descriptor_limit(
            self._options.limits.max_connections + _SPARE_DESCRIPTORS
        )
        for number in range(self._options.workers):
            self._start(number)
        while self._workers or self._restarts:
            self._run_once()
        return self._code if self._code is not None else FAILED_LIVE

    def _run_once(self) -> None:
        for key, _ in self._selector.select(_POLL_INTERVAL):
            if isinstance(key.data, WorkerProcess):
                self._on_message(key.data)
            else:
                self._read_signals()
        self._reap()
        self._check_timers()

    # Signals

    def _install_signal_handlers(self) -> None:
        read, write = socket.socketpair()
        self._wakeup = (read, write)
        for each in self._wakeup:
            each.settimeout(0)
        signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        self._selector.register(read, selectors.EVENT_READ, None)

    def _read_signals(self) -> None:
        with suppress(BlockingIOError):
            for number in self._wakeup[0].recv(256):
                if number in {signal.SIGTERM, signal.SIGINT}:
                    self._start_stop(immediately=number == signal.SIGINT)
                elif number == signal.SIGHUP:
                    self._start_reload()

    # Starts

    def _start(self, number: int, replaces: list[int] | None = None) -> None:
        channel, worker_channel = make_control_channels()
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._run_child(number, parent, worker_channel)
        worker_channel.close()
        now = time.monotonic()
        worker = WorkerProcess(pid, number, channel, self._generation, now, now)
        worker.replaces = replaces or []
        self._workers[pid] = worker
        self._selector.register(channel, selectors.EVENT_READ, worker)

    def _run_child(self, number: int, parent: int, channel: ControlChannel) -> None:
        try:
            reset_signals()
            die_with_parent(parent)
            dump_stacks_on_abort()
            self._selector.close()
            for each in self._wakeup:
                each.close()
            for worker in self._workers.values():
                worker.channel.close()
            config = WorkerConfig(
                self._target,
                self._options,
                tuple(self._listeners),
                self._on_start,
                number,
            )
            run_worker(config, channel)
        finally:
            os._exit(1)

    def _on_message(self, worker: WorkerProcess) -> None:
        """Handle what a worker has sent."""
        messages = worker.channel.receive()
        if messages is None:
            with suppress(KeyError, ValueError):
                self._selector.unregister(worker.channel)
            return
        for message in messages:
            worker.last_beat = time.monotonic()
            use_json(is_expected=message.get("json_log"))
            if message["kind"] == "ready":
                self._applied = unpack_applied(self._options, message)
                self._was_checked = bool(message["was_checked"])
                self._on_ready(worker)
            elif message["kind"] == "failed":
                self._on_start_failed(worker, message)
            elif message.get("recycle") and worker.state == "ready":
                worker.state = "recycle"
                log.info("Worker %d has served enough and is replaced.", worker.pid)
                self._start(worker.number, [worker.pid])

    def _on_ready(self, worker: WorkerProcess) -> None:
        worker.state = "ready"
        self._restarts.pop(worker.number, None)
        if self._code is not None:
            worker.channel.send("stop")
            return
        if worker.generation == self._generation and self._is_generation_ready():
            for pid in self._list_old_generation():
                self._workers[pid].state = "leaving"
                self._workers[pid].channel.send("drain")
            self._report_ready()
        for pid in worker.replaces:
            old = self._workers.get(pid)
            if old is not None and old.state != "leaving":
                old.state = "leaving"
                old.channel.send("drain")

    def _is_generation_ready(self) -> bool:
        ready = {
            worker.number
            for worker in self._workers.values()
            if worker.generation == self._generation and worker.state == "ready"
        }
        return len(ready) >= self._options.workers

    def _is_starting(self) -> bool:
        return any(worker.state == "starting" for worker in self._workers.values())

    def _list_old_generation(self) -> list[int]:
        return [
            pid
            for pid, worker in self._workers.items()
            if worker.generation < self._generation and worker.state != "leaving"
        ]

    def _report_ready(self) -> None:
        if not self._is_announced:
            self._is_announced = True
            banner.print_banner(
                self._target,
                self._applied,
                self._listeners,
                was_checked=self._was_checked,
            )
        elif self._generation:
            log.info("All workers are of generation %d now.", self._generation)
        self._systemd.notify_ready(f"{self._options.workers} workers")

    def _on_start_failed(self, worker: WorkerProcess, message: Message) -> None:
        """Log why a worker could not start; it exits by itself."""
        worker.state = "failed"
        lines = message.get("lines")
        for line in lines if isinstance(lines, list) else []:
            log.error("%s", line)
        code = message.get("code")
        if not self._is_announced and self._code is None:
            self._code = code if isinstance(code, int) else FAILED_START
            self._signal_all(signal.SIGKILL)

    # Exits

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            worker = self._workers.pop(pid, None)
            if worker is not None:
                self._on_exit(worker, os.waitstatus_to_exitcode(status))

    def _on_exit(self, worker: WorkerProcess, code: int) -> None:
        # Its last messages may still be unread, such as why it could not start.
        self._on_message(worker)
        with suppress(KeyError, ValueError):
            self._selector.unregister(worker.channel)
        worker.channel.close()
        if self._code is not None or worker.state == "leaving":
            return
        if worker.state in {"starting", "failed"}:
            self._on_exit_before_ready(worker, code)
            return
        if self._has_successor(worker):
            return
        log.error("Worker %d %s. Another one starts.", worker.pid, describe_exit(code))
        if time.monotonic() - worker.started_at < _EARLY_EXIT:
            self._restart_later(worker.number)
        else:
            self._start(worker.number)

    def _on_exit_before_ready(self, worker: WorkerProcess, code: int) -> None:
        if not self._is_announced:
            if worker.state == "starting":
                log.error("The worker %s before it was ready.", describe_exit(code))
            self._code = FAILED_START
            self._signal_all(signal.SIGKILL)
        elif worker.replaces or self._list_older(worker):
            self._cancel_reload(worker)
        else:
            self._restart_later(worker.number)

    def _list_older(self, worker: WorkerProcess) -> list[WorkerProcess]:
        return [
            other
            for other in self._workers.values()
            if other.generation < worker.generation and other.state == "ready"
        ]

    def _cancel_reload(self, worker: WorkerProcess) -> None:
        """Keep the old workers, because the new ones could not start."""
        log.error("The new workers could not start; the old ones go on.")
        self._systemd.notify_ready("reload failed, serving as before")
        for pid in worker.replaces:
            if pid in self._workers:
                self._workers[pid].state = "ready"
        for other in self._workers.values():
            if other.generation == worker.generation and self._list_older(other):
                other.state = "leaving"
                with suppress(ProcessLookupError):
                    os.kill(other.pid, signal.SIGKILL)
        if self._list_older(worker):
            self._generation = max(c.generation for c in self._list_older(worker))

    def _has_successor(self, worker: WorkerProcess) -> bool:
        return any(
            worker.pid in other.replaces
            or (other.number == worker.number and other.generation > worker.generation)
            for other in self._workers.values()
        )

    def _restart_later(self, number: int) -> None:
        """Start this worker after a pause, which grows each time."""
        _, last = self._restarts.get(number, (0.0, 0.0))
        pause = min(max(last * 2, 0.25), _MAX_PAUSE)
        self._restarts[number] = (time.monotonic() + pause, pause)

    # Commands

    def _start_reload(self) -> None:
        if self._code is not None:
            return
        # Workers that are starting may have read code from before the signal.
        self._is_reload_due = self._is_starting()
        if self._is_reload_due:
            log.info("Replacing all workers again, once the new ones have started.")
            return
        log.info("Replacing all workers.")
        self._systemd.notify_reloading()
        self._generation += 1
        self._restarts.clear()
        for number in range(self._options.workers):
            self._start(number)

    def _start_stop(self, *, immediately: bool) -> None:
        if self._code is not None:
            if immediately:
                self._signal_all(signal.SIGKILL)
            return
        log.info("Stopping.")
        self._code = STOPPED
        self._restarts.clear()
        self._systemd.notify_stopping()
        drop_new_connections(self._listeners)
        now = time.monotonic()
        self._close_at = now + _ACCEPT_DELAY
        self._kill_at = now + self._options.drain_timeout + 2 * _EARLY_EXIT

    def _close_listeners(self) -> None:
        self._close_at = 0.0
        close_listeners(self._listeners)
        for worker in self._workers.values():
            worker.channel.send("stop")

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in self._workers:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    # Timers

    def _check_timers(self) -> None:
        now = time.monotonic()
        if self._close_at and now >= self._close_at:
            self._close_listeners()
        if self._kill_at and now >= self._kill_at:
            self._signal_all(signal.SIGKILL)
        for number, (when, pause) in list(self._restarts.items()):
            if when and now >= when:
                self._restarts[number] = (0.0, pause)
                self._start(number)
        if self._is_reload_due and not self._is_starting():
            self._start_reload()
        for worker in list(self._workers.values()):
            self._check_worker(worker, now)
        if self._systemd.watchdog and now >= self._next_watchdog:
            self._next_watchdog = now + self._systemd.watchdog
            self._systemd.notify_watchdog()

    def _check_worker(self, worker: WorkerProcess, now: float) -> None:
        options = self._options
        worker.channel.flush()
        starting = worker.state == "starting"
        limit = options.start_timeout if starting else options.hang_timeout
        if worker.aborted_at:
            if now - worker.aborted_at > 2 * _EARLY_EXIT:
                with suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)
        elif now - worker.last_beat > limit and worker.state != "failed":
            log.critical(
                "Worker %d gave no sign of life for %gs and is killed. "
                "What it was doing:",
                worker.pid,
                limit,
            )
            worker.aborted_at = now
            os.kill(worker.pid, signal.SIGABRT)
