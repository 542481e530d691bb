"""The pages of the debugger. Their styles are in them: the app may be broken."""

import json
import traceback
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from werkzeug.wrappers import Response

from carboy.core import Solution
from carboy.translation import get_language, gettext

# A button: its token and its label.
Button = tuple[str, str]

_MARK = '<div class="debugger">'
_HEAD = "</head>"
_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
_BODY = '<body style="background-color: #fff">'
_SOURCES = files(__package__) / "static" / "debugger.css"
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  {head}
  <title>{title}</title>
  <style>{style}</style>
</head>
<body class="solution-page">
  <main>{main}</main>
</body>
</html>
"""
_TOGGLE = """
<label class="solution-toggle"><input type="checkbox" id="show-library">
{label}</label>
"""


def add_panel(html: str, solution: Solution | None, buttons: Sequence[Button]) -> str:
    """Return the page of Werkzeug's debugger with the solution above its traceback."""
    style = f"{_VIEWPORT}\n<style>{_style()}</style>"
    html = html.replace(_HEAD, f"{style}\n{_HEAD}", 1)
    html = html.replace(_BODY, '<body class="solution-debugger">', 1)
    panel = _render_panel(solution, buttons) if solution is not None else ""
    html = html.replace(_MARK, f"{_MARK}\n{panel}", 1)
    if 'class="source library"' in html:
        toggle = _TOGGLE.format(label=escape(gettext("Show the frames of libraries")))
        html = html.replace(
            '<div class="traceback">', f'{toggle}<div class="traceback">', 1
        )
    return html


def render_waiting(solution: Solution, buttons: Sequence[Button]) -> Response:
    """Return the page about what has to be done before the site works."""
    page = _render("", solution.title, _render_panel(solution, buttons))
    return Response(page, 503, {"Cache-Control": "no-store"}, mimetype="text/html")


def render_done(
    label: str, text: str, back: str, *, is_failure: bool = False
) -> Response:
    """Return the page that says what a button has done; it leads back by itself."""
    address = escape(back)
    title = gettext("%(action)s: failed", action=label) if is_failure else label
    head = (
        "" if is_failure else f'<meta http-equiv="refresh" content="2; url={address}">'
    )
    link = escape(gettext("Back to the page"))
    main = (
        f'<section class="solution"><h1>{escape(title)}</h1><pre>{escape(text)}</pre>'
        f'<p><a href="{address}">{link}</a></p></section>'
    )
    status = 500 if is_failure else 200
    page = _render(head, title, main)
    return Response(page, status, {"Cache-Control": "no-store"}, mimetype="text/html")


def render_problem(
    path: str, error: Exception, text: str, solution: Solution | None
) -> Response:
    """Return a problem document (RFC 9457) with the traceback."""
    problem: dict[str, object] = {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "instance": path,
    }
    if text:
        only = "".join(traceback.format_exception_only(error)).strip()
        problem |= {"detail": only, "traceback": text.splitlines()}
    if text and solution is not None:
        problem["solution"] = {
            "title": solution.title,
            "explanation": solution.explanation,
            "steps": list(solution.steps),
        }
    body = json.dumps(problem, indent=2) + "\n"
    return Response(body, 500, mimetype="application/problem+json")


def _render(head: str, title: str, main: str) -> str:
    return _PAGE.format(
        language=get_language() or "en",
        head=head,
        title=escape(title),
        style=_style(),
        main=main,
    )


def _render_panel(solution: Solution, buttons: Sequence[Button]) -> str:
    steps = "".join(f"<li><code>{escape(step)}</code></li>" for step in solution.steps)
    forms = "".join(
        '<form method="post" action="/-/solutions">'
        f'<input type="hidden" name="token" value="{token}">'
        f'<button class="{"solution-first" if index == 0 else ""}">'
        f"{escape(label)}</button></form>"
        for index, (token, label) in enumerate(buttons)
    )
    return (
        f'<section class="solution"><h1>{escape(solution.title)}</h1>'
        f"<p>{escape(solution.explanation)}</p>"
        f"{f'<ul>{steps}</ul>' if steps else ''}"
        f"{f'<div class=solution-buttons>{forms}</div>' if forms else ''}</section>"
    )


def _style() -> str:
    return _SOURCES.read_text("utf-8")
