"""`Tasks`: the object that a site's code calls `tasks`."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar, overload  # noqa: TID251 - Celery takes long, and is imported when it is needed

from flask import Flask

from carboy.core import Extension, Wiring

from .all_runs import ALL_RUNS_TASK, act_on_all
from .app_state import Clock, Guard, TasksState, Who, tasks_state
from .celery.drain import drain
from .checks import check_site
from .commands import beat, tasks, worker
from .errors import TaskUsageError
from .lazy_task import LazyTask
from .ledger.runs import Filter
from .ledger.tables import DEAD, WAITING
from .pages import add_console, add_progress
from .readiness import find_problem
from .results import RunResult
from .schedules import Rule, Schedule, make_schedule, parse_cron, parse_span
from .settings import TaskSettings
from .task import TaskFunction, make_options

if TYPE_CHECKING:
    from .celery.app import CarboyCelery

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Tasks(Extension):
    """Background work: declare it with `@tasks.task`, start it with `delay()`."""

    name: ClassVar[str] = "tasks"

    def __init__(self, app: Flask | None = None, *, clock: Clock | None = None) -> None:
        self.clock = clock
        self.schedules: dict[str, Schedule] = {}
        self._celery: CarboyCelery | None = None
        self._lazy_tasks: list[tuple[LazyTask, Any, dict[str, Any]]] = []
        self._lock = threading.RLock()
        self._who: Who | None = None
        self._guard: Guard | None = None
        self._sites: list[TasksState] = []
        self._has_console = False
        super().__init__(app)

    @property
    def celery(self) -> CarboyCelery:
        """The Celery app; made, with all tasks declared so far, when first needed."""
        # Without the lock: a fork may happen while another thread holds it.
        return self._celery or self._make_celery()

    def install(self, wiring: Wiring) -> None:
        """Make the ledger and the broker of this app known."""
        app = wiring.app
        settings = wiring.settings(TaskSettings)
        site = tasks_state.set(
            app, TasksState(app, settings, lambda: self.celery, self.clock)
        )
        site.who, site.guard = self._who, self._guard
        self._sites.append(site)
        with self._lock:
            if self._celery is not None:
                self._celery.configure_for(site)
        if _has_schedule(settings, app.config):
            # Who wrote it in Celery's words has imported Celery, and hears of mistakes.
            _ = self.celery
        for command in (worker, beat, tasks):
            wiring.command(command)
        wiring.process("worker", "worker")
        wiring.process("beat", "beat")
        wiring.check(check_site)
        wiring.readiness(lambda: find_problem(site))
        wiring.shell(tasks=self)
        wiring.panel(lambda: resolve_name("carboy.tasks.panel:make_panel")(site))
        wiring.gauge("waiting", lambda: site.runs.count(Filter(state=WAITING)))
        wiring.gauge("dead", lambda: site.runs.count(Filter(state=DEAD)))
        add_progress(wiring, site)
        if settings.console:
            add_console(wiring, site)
            if not self._has_console:
                self._declare(act_on_all, {"name": ALL_RUNS_TASK})
                self._has_console = True

    @overload
    def task(self, function: Callable[P, R], /) -> TaskFunction[P, R]: ...

    @overload
    def task(
        self, function: None = None, /, **options: Any
    ) -> Callable[[Callable[P, R]], TaskFunction[P, R]]: ...

    def task(self, function: Any = None, /, **options: Any) -> Any:
        """Make a function one that can run in the background."""
        attributes = make_options(**options)
        if function is None:
            return lambda function: self._declare(function, attributes)
        return self._declare(function, attributes)

    def every(
        self,
        span: str | float | timedelta,
        *args: Any,
        name: str | None = None,
        **kwargs: Any,
    ) -> Callable[[T], T]:
        """Run a task every so often: `"30s"`, `"1h"`; further arguments are its own."""
        return self._schedule(parse_span(span), name, args, kwargs)

    def cron(
        self, fields: str, *args: Any, name: str | None = None, **kwargs: Any
    ) -> Callable[[T], T]:
        """Run a task when the five fields fit: `"0 3 * * *"` is each day at three."""
        # The site's time zone is known later; a mistake in the fields is told now.
        return self._schedule(parse_cron(fields), name, args, kwargs)

    def find(self, run_id: str) -> RunResult | None:
        """Return the run with this id, or None."""
        run = self.celery.site.runs.find(run_id)
        return None if run is None else self.celery.AsyncResult(run_id)

    def get(self, run_id: str) -> RunResult:
        """Return the run with this id, or raise `UnknownRunError`."""
        result: RunResult = self.celery.AsyncResult(run_id)
        _ = result.run
        return result

    def drain(self) -> list[str]:
        """Run here and now all that is due, and what that asks for: for tests."""
        return drain(self.celery.site)

    @contextlib.contextmanager
    def run_now(self) -> Iterator[None]:
        """Run tasks in the process that asks for them, while this lasts."""
        site = self.celery.site
        before, site.run_now = site.run_now, True
        try:
            yield
        finally:
            site.run_now = before

    def identify(self, function: Who) -> Who:
        """Register the function that identifies the user, who sees only own runs."""
        self._who = function
        for site in self._sites:
            site.who = function
        return function

    def guard(self, function: Guard) -> Guard:
        """Register the function that decides who may see the pages below /-/tasks/."""
        self._guard = function
        for site in self._sites:
            site.guard = function
        return function

    def _make_celery(self) -> CarboyCelery:
        from .celery.app import CarboyCelery  # noqa: PLC0415 - it takes long

        with self._lock:
            if self._celery is not None:
                return self._celery
            celery = CarboyCelery("tasks", schedules=self.schedules)
            for task, function, options in self._lazy_tasks:
                task.resolve(celery.task(function, shared=False, **options))
            for site in self._sites:
                celery.configure_for(site)
            self._lazy_tasks.clear()
            self._celery = celery
            return celery

    def _declare(self, function: Any, options: dict[str, Any]) -> Any:
        with self._lock:
            if self._celery is not None:
                return self._celery.task(function, shared=False, **options)
            task = LazyTask(function, options.get("name"), lambda: self.celery)
            self._lazy_tasks.append((task, function, options))
            return task

    def _schedule(
        self, rule: Rule, name: str | None, args: Any, kwargs: Any
    ) -> Callable[[T], T]:
        def declare(task: T) -> T:
            task_name = getattr(task, "name", None)
            if task_name is None or not hasattr(task, "delay"):
                msg = (
                    f"A schedule was put on {task!r}, which is no task. Write "
                    f"@tasks.every(...) above @tasks.task."
                )
                raise TaskUsageError(msg)
            schedule = make_schedule(name or task_name, task_name, rule, args, kwargs)
            self.schedules[schedule.name] = schedule
            return task

        return declare


def _has_schedule(settings: TaskSettings, config: Mapping[str, Any]) -> bool:
    names = ("CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE")
    return "beat_schedule" in settings.celery or any(config.get(n) for n in names)


def make_celery(app: Flask) -> CarboyCelery:
    """Return the Celery app of a Flask app; install the battery if it is missing."""
    site = tasks_state.find(app)
    if site is None:
        return Tasks(app).celery
    celery: CarboyCelery = site.celery
    return celery
