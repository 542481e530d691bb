"""The debugger of the development server: tracebacks, solutions and their buttons.

It is imported in development only. It stands in front of the app, so that its pages
work however broken the app is.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from flask import Flask
from werkzeug.debug import DebuggedApplication
from werkzeug.debug.tbtools import DebugTraceback
from werkzeug.wrappers import Request, Response

from carboy.core import (
    Action,
    Carboy,
    Check,
    Mistake,
    Solution,
    find_solution,
    registry_of,
)
from carboy.translation import gettext, negotiate_language, use_language

from .debugger_pages import (
    add_panel,
    render_done,
    render_problem,
    render_waiting,
)
from .local_client import is_sent_locally
from .solutions import list_solvers
from .tracebacks import format_folded, is_library

ACTIONS_PATH = "/-/solutions"
_MAX_ACTIONS = 100
_MAX_BODY = 4096
_ELSEWHERE = "This was not sent from a page of this site on this machine."


class Debugger(DebuggedApplication):
    """Werkzeug's debugger, with solutions above the traceback."""

    def __init__(self, app: Flask, host: str) -> None:
        super().__init__(app, evalex=True)
        self.flask = app
        self.trusted_hosts += ["::1", host]
        # By token: what a button does, and the page that it is on.
        self._actions: dict[str, tuple[Action, str]] = {}
        self._dismissed: set[str] = set()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Run a button, show what has to be done first, or call the app."""
        if environ.get("PATH_INFO") == ACTIONS_PATH:
            return self._act(Request(environ))(environ, start_response)
        waiting = self._find_waiting(Request(environ))
        if waiting is not None:
            return waiting(environ, start_response)
        return super().__call__(environ, start_response)

    def debug_application(self, environ: Any, start_response: Any) -> Iterator[bytes]:
        """Call the app, and show the exception that it raises."""
        contexts: list[Any] = []
        environ["werkzeug.debug.preserve_context"] = contexts.append
        result: Any = None
        has_begun = False
        try:
            result = self.app(environ, start_response)
            for part in result:
                has_begun = has_begun or bool(part)
                yield part
            if hasattr(result, "close"):
                result.close()
        except Exception as error:
            if hasattr(result, "close"):
                result.close()
            if has_begun:
                # The server logs it, and breaks the connection off: otherwise the
                # response would look complete.
                raise
            if "carboy.error_logged" not in environ:
                environ["wsgi.errors"].write(f"{format_folded(error)}\n")
            response = self._respond(Request(environ), error, contexts)
            yield from response(environ, start_response)

    def _respond(
        self, request: Request, error: Exception, contexts: list[Any]
    ) -> Response:
        with self._speak_to(request):
            return self._answer(request, error, contexts)

    def _answer(
        self, request: Request, error: Exception, contexts: list[Any]
    ) -> Response:
        solution = self._solve(error)
        if "text/html" not in request.headers.get("Accept", ""):
            is_trusted = bool(self.check_host_trust(request.environ))
            text = format_folded(error) if is_trusted else ""
            return render_problem(request.path, error, text, solution)
        page = DebugTraceback(error, skip=1)
        for frame in page.all_frames:
            frame.is_library = is_library(frame.filename)
            self.frames[id(frame)] = frame
            self.frame_contexts[id(frame)] = contexts
        html = page.render_debugger_html(
            evalex=self.evalex and bool(self.check_host_trust(request.environ)),
            secret=self.secret,
            evalex_trusted=bool(self.check_pin_trust(request.environ)),
        )
        buttons = self._add_actions(solution, request)
        return Response(add_panel(html, solution, buttons), 500, mimetype="text/html")

    def _solve(self, mistake: Mistake) -> Solution | None:
        solvers = [*registry_of(self.flask).solvers, *list_solvers()]
        return find_solution(self.flask, solvers, mistake)

    @contextmanager
    def _speak_to(self, request: Request) -> Iterator[None]:
        """Enter a context of the app, and use the language of the developer."""
        with self.flask.app_context(), use_language(negotiate_language(request)):
            yield

    # What has to be done before the site works

    def _find_waiting(self, request: Request) -> Response | None:
        """Return a page about what a check reports, if a button can settle it."""
        if (
            request.method != "GET"
            or request.path.startswith("/-/")
            or "__debugger__" in request.args
            or request.headers.get("Sec-Fetch-Dest", "document") != "document"
            or "text/html" not in request.headers.get("Accept", "")
        ):
            return None
        if not registry_of(self.flask).live_checkers:
            return None
        with self._speak_to(request):
            for check in self._run_live_checks():
                solution = None if str(check) in self._dismissed else self._solve(check)
                if solution is not None and solution.actions:
                    label = gettext("Continue without")
                    skip = Action(label, partial(self._dismiss, check))
                    buttons = self._add_actions(solution, request, skip)
                    return render_waiting(solution, buttons)
        return None

    def _run_live_checks(self) -> list[Check]:
        checkers = registry_of(self.flask).live_checkers
        # If a check fails, the page itself will show what is wrong.
        with suppress(Exception):
            return [one for checker in checkers for one in checker(self.flask)]
        return []

    def _dismiss(self, check: Check) -> str:
        self._dismissed.add(str(check))
        return gettext("This is not shown again until the next start.")

    # Buttons

    def _add_actions(
        self, solution: Solution | None, request: Request, *more: Action
    ) -> list[tuple[str, str]]:
        """Make the actions callable; return a token and a label for each."""
        buttons = []
        path = request.full_path if request.method == "GET" else "/"
        # Two slashes would lead to another site.
        back = "/" + path.rstrip("?").lstrip("/")
        for action in (*(solution.actions if solution else ()), *more):
            token = secrets.token_urlsafe(24)
            self._actions[token] = (action, back)
            buttons.append((token, action.label))
        while len(self._actions) > _MAX_ACTIONS:
            self._actions.pop(next(iter(self._actions)))
        return buttons

    def _act(self, request: Request) -> Response:
        if request.method != "POST":
            return _refuse(405, "Buttons are sent with POST.")
        if not self._may_act(request):
            return _refuse(403, _ELSEWHERE)
        if not 0 < (request.content_length or 0) <= _MAX_BODY:
            return _refuse(413, "A button sends its token only.")
        # Each works once.
        token = request.form.get("token", "")
        action, back = self._actions.pop(token, (None, "/"))
        if action is None:
            return _refuse(410, "This button was used, or is of an earlier start.")
        with self._speak_to(request):
            return self._run(action, back)

    def _run(self, action: Action, back: str) -> Response:
        try:
            text = action.run()
        except Exception as error:
            self.flask.logger.exception("%s failed.", action.label)
            return render_done(action.label, f"{error}", back, is_failure=True)
        self.flask.logger.info("%s: %s", action.label, text)
        return render_done(action.label, text, back)

    def _may_act(self, request: Request) -> bool:
        """Return whether the developer sent this, and no page of another site.

        The token alone is not enough: a page of another site could have read it by a
        name of its own for this machine.
        """
        if isinstance(self.flask, Carboy) and self.flask.has_settings:
            if self.flask.settings.profile == "production":
                return False
        elif not self.flask.debug:
            return False
        if not self.check_host_trust(request.environ) or not _is_same_origin(request):
            return False
        # Without a PIN, Werkzeug's method trusts everybody.
        has_pin = self.pin is not None and self.check_pin_trust(request.environ) is True
        return has_pin or is_sent_locally(request, allows_subdomains=True)


def _is_same_origin(request: Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return site == "same-origin"
    return origin == f"{request.scheme}://{request.host}"


def _refuse(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")
