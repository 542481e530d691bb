"""The pages of one run, for its owner: a bar, its stream, and two buttons."""

from pathlib import Path
from typing import Any

from flask import (
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup

from carboy.core import ContextState, Wiring
from carboy.events import events
from carboy.site import require_same_origin
from carboy.tasks import operations
from carboy.tasks.app_state import TasksState
from carboy.translation import gettext
from carboy.ui import UI, HashedFiles, secure_response

from .access import (
    get_run,
    go_back,
    may_see_errors,
    stream_user,
)
from .live_updates import RunWatcher
from .view_models import read_run_views

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"

_files = HashedFiles(STATIC)
_loaded: ContextState[list[str]] = ContextState("tasks_assets", list)


def add_progress(wiring: Wiring, site: TasksState) -> None:
    """Add the pages of single runs, and the partial for any page."""
    watcher = RunWatcher(site)

    def page(run_id: str) -> Any:
        run = get_run(site, run_id)
        return secure_response(render_template("tasks/run_page.html", run=run))

    def state(run_id: str) -> Any:
        get_run(site, run_id)
        views = read_run_views(site, [run_id], with_reasons=may_see_errors(site))
        answer = jsonify(views.get(run_id))
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.add_etag()
        return answer.make_conditional(request)

    def stream(run_id: str) -> Any:
        get_run(site, run_id)
        return events(
            watcher.channel(run_id, with_reasons=may_see_errors(site)),
            retry=1.0,
            per_user=site.settings.streams,
            user=f"tasks:{stream_user(site)}",
        )

    def act(run_id: str, action: str) -> Any:
        require_same_origin()
        run = get_run(site, run_id)
        if action == "cancel":
            operations.cancel(site.ledger, run.id)
        else:
            site.celery.AsyncResult(run.id).retry()
        return redirect(go_back(url_for("tasks.run_page", run_id=run.id)), 303)

    base = "/-/progress/<run_id>"
    wiring.route(base, page, endpoint="tasks.run_page")
    wiring.route(f"{base}/state", state, endpoint="tasks.run_state")
    wiring.route(f"{base}/events", stream, endpoint="tasks.run_events")
    wiring.route(
        f"{base}/<any(cancel,retry):action>",
        act,
        endpoint="tasks.run_action",
        methods=["POST"],
    )
    UI().init_app(wiring.app)
    wiring.route("/-/tasks-static/<digest>/<name>", _static, endpoint="tasks.static")
    wiring.templates(TEMPLATES)
    wiring.template_global("task_progress", _make_partial(site))
    wiring.template_global("tasks_asset", asset)


def asset(name: str) -> str:
    """Return the address of one of our files, which changes with its content."""
    return url_for("tasks.static", name=name, digest=_files.digest(name))


def _static(digest: str, name: str) -> Response:
    answer = _files.respond(digest, name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _make_partial(site: TasksState) -> Any:
    def task_progress(run: Any, title: str | None = None) -> Markup:
        """Draw the bar of a run: its id, what `delay()` gave, or its row."""
        run_id = run if isinstance(run, str) else run.id
        views = read_run_views(site, [run_id], with_reasons=may_see_errors(site))
        loaded = _loaded.get()
        is_first = not loaded
        loaded.append(run_id)
        return Markup(  # noqa: S704 - the template escapes what it is given
            render_template(
                "tasks/progress.html",
                shown=views.get(run_id) or _unknown(run_id),
                title=title,
                is_first=is_first,
            )
        )

    return task_progress


def _unknown(run_id: str) -> dict[str, Any]:
    return {
        "id": run_id,
        "title": gettext("This task"),
        "state": "waiting",
        "label": gettext("Not found"),
        "known": False,
        "percent": 0,
        "text": gettext("It was never started, or ended long ago."),
        "left": "",
        "error": None,
        "ended": True,
        "can_cancel": False,
        "can_retry": False,
    }
