"""Celery's app class, in which every call becomes a row before it is a message."""

from functools import cached_property
from typing import Any

from celery import Celery
from flask import current_app, has_app_context

from carboy.errors import ConfigError
from carboy.tasks.app_state import TasksState, tasks_state
from carboy.tasks.broker.address import is_embedded
from carboy.tasks.ledger.runs import NewRun, RunRequest
from carboy.tasks.readiness import warn_developer
from carboy.tasks.schedules import Schedule
from carboy.tasks.signals import run_added
from carboy.tasks.worker import current_attempt

from .beat import read_celery_schedule
from .config import make_conf
from .drain import drain
from .housekeeping import HousekeepingStep, watch
from .messages import make_run, message_of, turn_priority
from .transport import register

register()

_RETRY_KEYS = ("countdown", "eta", "retries")


class CarboyCelery(Celery):
    """A Celery app that knows the Flask app it works for."""

    task_cls = "carboy.tasks.celery.task:LedgerTask"
    log_cls = "carboy.tasks.celery.log:LedgerLogging"

    def __init__(
        self, *args: Any, schedules: dict[str, Schedule] | None = None, **options: Any
    ) -> None:
        options.setdefault("set_as_current", False)
        super().__init__(*args, **options)
        self.schedules = {} if schedules is None else schedules
        self._last_site: TasksState | None = None
        # Messages made lately, by task, queue and options.
        self.message_templates: dict[tuple[str, str, str], Any] = {}
        self.steps["worker"].add(HousekeepingStep)

    def configure_for(self, site: TasksState) -> None:
        """Learn from a site how to work, and work for it."""
        self.main = site.app.name
        self.conf.update(make_conf(site.settings, site.app.config))
        if is_embedded(site.broker_url):
            self.conf.broker_transport_options["find_site"] = lambda: self.site
        self.bind_site(site)
        entries = self.conf.beat_schedule or {}
        self.schedules.update(read_celery_schedule(entries, site.settings.timezone))

    def bind_site(self, site: TasksState) -> None:
        """Work for the app of `site`, whenever no other one is at work."""
        self._last_site = site
        watch(site)

    @property
    def site(self) -> TasksState:
        """Ledger and broker of the app at work."""
        if has_app_context():
            site = tasks_state.find(current_app)
            if site is not None and site.celery is self:
                return site
        if self._last_site is None:
            msg = (
                "These tasks belong to no app yet. Hand them over with "
                "app.use(tasks), or call tasks.init_app(app)."
            )
            raise ConfigError(msg)
        return self._last_site

    @cached_property
    def AsyncResult(self) -> Any:  # noqa: N802 - Celery's own name
        """The class of results that this app gives."""
        return self.subclass_with_self("carboy.tasks.celery.async_result:LedgerResult")

    @cached_property
    def Worker(self) -> Any:  # noqa: N802 - Celery's own name
        """The class of workers, which work on all queues that tasks name."""
        return self.subclass_with_self("carboy.tasks.celery.worker:LedgerWorker")

    def send_task(
        self,
        name: str,
        args: Any = None,
        kwargs: Any = None,
        task_type: Any = None,
        **options: Any,
    ) -> Any:
        """Write a row with the caller's transaction; the message follows its commit."""
        site = self.site
        task = task_type or self.tasks.get(name)
        if task is not None and task_type is None:
            options = {**_get_options(task), **options}
        attempt = current_attempt()
        run_id = options.get("task_id")
        if attempt is not None and run_id == attempt.run_id:
            # The run at work asks for another try: its end will see to that.
            attempt.retry = {key: options.get(key) for key in _RETRY_KEYS}
            attempt.retry["args"] = (list(args or ()), dict(kwargs or {}))
            return self.AsyncResult(run_id)
        parent = self._add_family(options)
        run = make_run(site, name, args or (), kwargs or {}, options, task)
        run_id = _insert(site, run)
        if run_added.receivers:
            run_added.send(site.app, run_id=run_id, task=name)
        result = self.AsyncResult(run_id)
        if parent is not None and options.get("add_to_parent", True):
            parent.add_trail(result)
        return result

    def send_message(self, run: RunRequest) -> None:
        """Send the message for a run which has its row."""
        site = self.site
        task = self.tasks.get(run.task)
        priority = turn_priority(run.priority, site.broker_url)
        options = message_of(run, priority)
        super().send_task(run.task, (), {}, task_type=task, **options)

    def _add_family(self, options: dict[str, Any]) -> Any:
        parent = self.current_worker_task
        if parent is None:
            return None
        request = parent.request
        options["parent_id"] = options.get("parent_id") or request.id
        options["root_id"] = options.get("root_id") or request.root_id or request.id
        return parent


def _get_options(task: Any) -> dict[str, Any]:
    options = task._get_exec_options()  # noqa: SLF001 - Celery's own callers use it
    return {key: value for key, value in options.items() if value is not None}


def _insert(site: TasksState, run: NewRun) -> str:
    """Write the row; return the id of the run that now stands for the call."""
    session = site.writing_session()
    if session is None:
        is_new = site.ledger.add(run)
        if is_new:
            _announce(site, run)
    else:
        site.database.prepare(session)
        # Only its statements: what the session holds is not flushed by a call.
        is_new = site.ledger.insert(session.execute, run)
        if is_new:
            session.after_commit(lambda: _announce(site, run))
    if not is_new and run.mutex is not None:
        return site.ledger.find_locked(run.mutex) or run.id
    return run.id


def _announce(site: TasksState, run: NewRun) -> None:
    if site.run_now:
        drain(site, only=run.id)
    elif not run.is_later:
        if not site.notify(run):
            site.ledger.mark_unsent(run.id)
        warn_developer(site)
