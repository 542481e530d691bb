"""What a site does once in each process: start hooks, and stop hooks in reverse."""

import atexit
import inspect
import logging
import os
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from pkgutil import resolve_name
from typing import Any

from flask import Flask

from carboy.errors import ConfigError

log = logging.getLogger("carboy.lifespan")

Hook = Callable[[], Any]
_NOTHING = object()
_ASYNC_START_HOOK = "carboy.core.async_start_hook:AsyncStartHook"


class Lifespan:
    """The start and stop hooks of an app, and those that have to run at the end.

    Hooks run in the order in which they were added, each in an app context of its own;
    at the end in the opposite order. `on_stopped` is called when the hooks have to run
    again before the next request: after a stop, and in the child of a fork.
    """

    def __init__(self, app: Flask, on_stopped: Hook) -> None:
        # Weak: an app that is not used any more is freed at once, as Flask's are.
        self._app_reference = weakref.ref(app)
        self._on_stopped = weakref.WeakMethod(on_stopped)
        # What keeps the app for its stop hooks.
        self._started_app: Flask | None = None
        self._hooks: list[tuple[bool, Hook]] = []
        self._to_stop: list[Hook] = []
        self._is_started = False
        self.is_starting = False
        self._lock = threading.RLock()
        _all.add(self)

    @property
    def has_hooks(self) -> bool:
        """Whether there is anything to run."""
        return bool(self._hooks)

    def add(self, hook: Hook, *, is_start: bool) -> None:
        """Add a start or a stop hook; raise if the start is over."""
        name = "on_start" if is_start else "on_stop"
        if not callable(hook):
            msg = f"app.{name} got {hook!r}, which cannot be called. Pass a function."
            raise ConfigError(msg)
        if self._is_started or self.is_starting:
            msg = (
                f"{_name(hook)} was added with app.{name} after the start hooks have "
                f"run, so it would never run. Add it where the app is made."
            )
            raise ConfigError(msg)
        self._hooks.append((is_start, hook))

    def start(self) -> bool:
        """Run the start hooks, unless they have run in this process; return if so.

        If one fails, what was started before it is stopped, and its error is raised.
        """
        with self._lock:
            if self._is_started or self.is_starting:
                return False
            self.is_starting = True
            try:
                self._start_all()
                self._is_started = True
            except BaseException:
                self._stop_all()
                raise
            finally:
                self.is_starting = False
            if self._hooks:
                self._started_app = self._app
                atexit.register(self._stop_at_exit)
            return True

    def stop(self) -> None:
        """Run the stop hooks, all of them; then raise what any of them has raised."""
        with self._lock:
            if not self._is_started:
                return
            errors = self._stop_all()
            self._is_started = False
            self._started_app = None
            atexit.unregister(self._stop_at_exit)
            self._mark_stopped()
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise ExceptionGroup("Several stop hooks failed.", errors)

    def abandon(self) -> None:
        """Forget that hooks have run: this is the child of a fork, nothing runs here.

        Generators are kept, because they would be closed when they are forgotten, and
        close what the parent goes on to use.
        """
        self._lock = threading.RLock()
        if self._is_started or self.is_starting:
            _abandoned.append(self._to_stop)
            self._to_stop = []
            self._is_started = self.is_starting = False
            self._mark_stopped()

    @property
    def _app(self) -> Flask:
        app = self._app_reference()
        if app is None:
            raise RuntimeError("The app of these hooks does not exist any more.")
        return app

    def _mark_stopped(self) -> None:
        on_stopped = self._on_stopped()
        if on_stopped is not None:
            on_stopped()

    def _start_all(self) -> None:
        for is_start, hook in self._hooks:
            if is_start:
                self._run_start_hook(hook)
            else:
                self._to_stop.append(hook)

    def _run_start_hook(self, hook: Hook) -> None:
        app = self._app
        with app.app_context():
            if inspect.isgeneratorfunction(hook):
                generator = hook()
                if next(generator, _NOTHING) is _NOTHING:
                    raise ConfigError(f"The start hook {_name(hook)} does not yield.")
                self._to_stop.append(lambda: _finish(generator, hook))
            elif inspect.isasyncgenfunction(hook):
                # Imported here: sites without such a hook do not load asyncio.
                async_hook = resolve_name(_ASYNC_START_HOOK)(hook)
                async_hook.start()
                self._to_stop.append(async_hook.stop)
            else:
                app.ensure_sync(hook)()

    def _stop_all(self) -> list[Exception]:
        errors = []
        while self._to_stop:
            hook = self._to_stop.pop()
            try:
                with self._app.app_context():
                    self._app.ensure_sync(hook)()
            except Exception as error:
                log.exception("A stop hook failed.")
                errors.append(error)
        return errors

    def _stop_at_exit(self) -> None:
        # Logged already.
        with suppress(Exception):
            self.stop()


_all: "weakref.WeakSet[Lifespan]" = weakref.WeakSet()
_abandoned: list[list[Hook]] = []


def _abandon_all() -> None:
    for lifespan in _all:
        lifespan.abandon()


os.register_at_fork(after_in_child=_abandon_all)


def _finish(generator: Any, hook: Hook) -> None:
    if next(generator, _NOTHING) is not _NOTHING:
        raise ConfigError(f"The start hook {_name(hook)} yields more than once.")


def _name(hook: object) -> str:
    return getattr(hook, "__qualname__", repr(hook))
