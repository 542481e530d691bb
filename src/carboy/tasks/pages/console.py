"""The pages below /-/tasks/: everything there is, for those who run the site."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from carboy.core import Wiring
from carboy.events import PollingChannel, events
from carboy.site import require_same_origin
from carboy.tasks import operations
from carboy.tasks.all_runs import ACTIONS, start_for_all
from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.runs import Filter, Run
from carboy.tasks.ledger.tables import DEAD, STATES
from carboy.tasks.schedules import Scheduler
from carboy.translation import gettext
from carboy.ui import make_time, secure_response

from .access import go_back, require_console, stream_user
from .view_models import LABELS, make_run_view, read_run_views, write_span
from .wait_chart import make_wait_chart

_PAGE = 50
_HOUR = 3600.0
View = Callable[..., Any]


def add_console(wiring: Wiring, site: TasksState) -> None:
    """Add the pages, each behind the guard."""
    pages = Console(site)
    routes: tuple[tuple[str, str, View], ...] = (
        ("/", "runs", pages.runs),
        ("/runs/<run_id>", "run", pages.run),
        ("/queues", "queues", pages.queues),
        ("/workers", "workers", pages.workers),
        ("/schedules", "schedules", pages.schedules),
        ("/dead", "dead", pages.dead),
        ("/changes", "changes", pages.changes),
    )
    for rule, name, view in routes:
        wiring.route(f"/-/tasks{rule}", _guarded(site, view), endpoint=f"tasks.{name}")
    posts: tuple[tuple[str, str, View], ...] = (
        ("/runs/<run_id>/<any(cancel,retry,drop):action>", "act", pages.act),
        ("/schedules/<any(pause,resume,run):action>", "schedule", pages.schedule),
        ("/queues/purge", "purge", pages.purge),
        ("/runs", "act_on_all", pages.act_on_all),
    )
    for rule, name, view in posts:
        wiring.route(
            f"/-/tasks{rule}",
            _guarded(site, view, writes=True),
            endpoint=f"tasks.{name}",
            methods=["POST"],
        )


def _guarded(site: TasksState, view: View, *, writes: bool = False) -> View:
    @wraps(view)
    def guarded(**values: Any) -> Any:
        require_console(site)
        if writes:
            require_same_origin()
        return view(**values)

    return guarded


def _read_filter(values: Mapping[str, str]) -> Filter:
    state = values.get("state")
    return Filter(
        state=state if state in STATES else None,
        task=values.get("task") or None,
        queue=values.get("queue") or None,
        search=values.get("q", "").strip() or None,
    )


class Console:
    """The views, which share what they show on each page."""

    def __init__(self, site: TasksState) -> None:
        self._site = site
        self._changes = PollingChannel(site.runs.count_by_state, every=1.0)

    def runs(self) -> Any:
        """List runs, filtered and searched."""
        wanted = _read_filter(request.args)
        page = max(1, request.args.get("page", 1, type=int))
        runs = self._site.runs.list_runs(
            wanted, limit=_PAGE + 1, offset=(page - 1) * _PAGE
        )
        return self._show(
            "runs",
            rows=self._rows(runs[:_PAGE]),
            wanted=wanted,
            action=ACTIONS.get(wanted.state or ""),
            matches=self._site.runs.count(wanted) if runs else 0,
            page=page,
            has_more=len(runs) > _PAGE,
            tasks=self._site.runs.list_tasks(),
            chart=self._chart(),
        )

    def run(self, run_id: str) -> Any:
        """Show one run with all that is known of it."""
        run = self._site.runs.find(run_id)
        if run is None:
            abort(404)
        parent = self._site.runs.find(run.parent) if run.parent else None
        return self._show(
            "run",
            run=run,
            shown=read_run_views(self._site, [run_id], with_reasons=True)[run_id],
            lines=self._site.live.list_lines(run_id),
            parent=parent,
            children=self._rows(self._site.runs.list_children(run_id)),
        )

    def queues(self) -> Any:
        """Show what waits where."""
        counts = self._site.runs.count_by_queue()
        names = sorted({*counts, self._site.settings.queue})
        rows = [(name, counts.get(name, {}), self._site.depth(name)) for name in names]
        return self._show("queues", rows=rows, chart=self._chart())

    def workers(self) -> Any:
        """Show who is at work."""
        within = max(30.0, self._site.settings.lost_after)
        rows = self._site.live.list_workers(within=within)
        return self._show("workers", rows=rows)

    def schedules(self) -> Any:
        """Show what runs by the clock."""
        scheduler = self._scheduler()
        scheduler.sync()
        return self._show("schedules", rows=scheduler.list_schedules())

    def dead(self) -> Any:
        """Show what was given up."""
        runs = self._site.runs.list_runs(Filter(state=DEAD), limit=_PAGE * 4)
        return self._show("dead", rows=self._rows(runs))

    def changes(self) -> Any:
        """Send an event when there is something new to show."""
        return events(
            self._changes,
            retry=2.0,
            per_user=self._site.settings.streams,
            user=f"tasks:{stream_user(self._site)}",
        )

    def act(self, run_id: str, action: str) -> Any:
        """Cancel, retry or drop a run."""
        site = self._site
        back = go_back(url_for("tasks.run", run_id=run_id))
        if action == "cancel":
            operations.cancel(site.ledger, run_id)
        elif action == "retry" and site.runs.find(run_id) is not None:
            site.celery.AsyncResult(run_id).retry()
        elif action == "drop":
            operations.drop(site.ledger, site.live, run_id)
            if run_id in back:
                back = url_for("tasks.runs")
        return redirect(back, 303)

    def act_on_all(self) -> Any:
        """Retry or cancel all runs that match, as a task; show its run."""
        wanted = _read_filter(request.form)
        if wanted.state not in ACTIONS:
            abort(400)
        result = start_for_all(self._site, wanted)
        return redirect(url_for("tasks.run", run_id=result.id), 303)

    def schedule(self, action: str) -> Any:
        """Pause a schedule, let it go on, or start it once more."""
        name, scheduler = request.form.get("name", ""), self._scheduler()
        if action == "run":
            run_id = scheduler.run_now(name)
            if run_id is not None:
                return redirect(url_for("tasks.run", run_id=run_id), 303)
        else:
            scheduler.pause(name, paused=action == "pause")
        return redirect(url_for("tasks.schedules"), 303)

    def purge(self) -> Any:
        """Cancel what waits in one queue."""
        operations.purge(self._site.ledger, request.form.get("queue", ""))
        return redirect(url_for("tasks.queues"), 303)

    def _scheduler(self) -> Scheduler:
        return Scheduler(self._site, self._site.celery.schedules)

    def _chart(self) -> Any:
        now = self._site.live.read_now()
        waits = self._site.runs.list_waits(now - _HOUR)
        return make_wait_chart(waits, since=now - _HOUR, until=now)

    def _rows(self, runs: list[Run]) -> list[tuple[Run, Mapping[str, Any]]]:
        progress = self._site.live.find_progress([run.id for run in runs])
        now = self._site.live.read_now()
        return [(run, make_run_view(run, progress.get(run.id), now)) for run in runs]

    def _show(self, here: str, **values: Any) -> Any:
        now = self._site.live.read_now()
        return secure_response(
            render_template(
                f"tasks/{here}.html",
                here=here,
                counts=self._site.runs.count_by_state(),
                labels=LABELS,
                when=lambda at: gettext("not yet") if at is None else make_time(at),
                ago=lambda at: gettext(
                    "%(time)s ago", time=write_span(max(0.0, now - at))
                ),
                span=write_span,
                **values,
            )
        )
