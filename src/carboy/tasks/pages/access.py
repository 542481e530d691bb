"""Who may see and do what on the pages of the battery."""

import logging
from urllib.parse import urlsplit

from flask import current_app, has_request_context, request
from werkzeug.exceptions import NotFound

from carboy.site import is_local_client, is_own_address
from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.runs import Run

log = logging.getLogger("carboy.tasks")


def is_allowed(site: TasksState) -> bool:
    """Whether this visitor may see everything: the guard decides, or nobody may.

    Without a guard it is a development server on this very machine, asked by its
    local name, with nobody in between.
    """
    if site.guard is not None:
        return site.guard()
    return current_app.debug and is_local_client()


def may_see_errors(site: TasksState) -> bool:
    """Return whether the user may see why a run failed or waits.

    That is anybody in development, and otherwise those who may see the console.
    """
    if current_app.debug:
        return True
    if site.guard is None or not has_request_context():
        return False
    try:
        return site.guard()
    except Exception:
        # It was written for the console, whose visitors may all have an account.
        log.exception("The function registered with tasks.guard() failed.")
        return False


def require_console(site: TasksState) -> None:
    """Answer 404 to those who may not know that there is something."""
    if not is_allowed(site):
        raise NotFound


def get_run(site: TasksState, run_id: str) -> Run:
    """Return a run that the user may see; otherwise raise `NotFound`.

    A run without a known owner belongs to every visitor who knows its id.
    """
    run = site.runs.find(run_id)
    if run is None:
        raise NotFound
    if run.who is not None and not _is_owner(site, run) and not is_allowed(site):
        raise NotFound
    return run


def stream_user(site: TasksState) -> str:
    """Name the person whose streams are counted."""
    who = site.who() if site.who is not None else None
    return who or request.remote_addr or ""


def go_back(fallback: str) -> str:
    """Return the page from which a form was sent, if it is one of this site."""
    referrer = request.referrer
    if referrer and is_own_address(referrer):
        parts = urlsplit(referrer)
        path = parts.path or "/"
        if not path.startswith("//"):
            return f"{path}?{parts.query}" if parts.query else path
    return fallback


def _is_owner(site: TasksState, run: Run) -> bool:
    return site.who is not None and site.who() == run.who
