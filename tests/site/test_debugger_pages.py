"""The pages of the debugger are made without the app, and escape what they show."""

import pytest
from werkzeug.debug.tbtools import DebugTraceback

from carboy.core import Solution
from carboy.site.debugger_pages import (
    add_panel,
    render_done,
    render_problem,
    render_waiting,
)

EVIL = "<script>alert(1)</script>"
SOLUTION = Solution(EVIL, EVIL, (EVIL,))


@pytest.mark.parametrize(
    "text",
    [
        render_waiting(SOLUTION, [("token", EVIL)]).get_data(as_text=True),
        render_done(EVIL, EVIL, f"/{EVIL}").get_data(as_text=True),
        render_done(EVIL, EVIL, '/"', is_failure=True).get_data(as_text=True),
        add_panel('<div class="debugger">', SOLUTION, [("token", EVIL)]),
    ],
)
def test_everything_is_escaped(text):
    assert EVIL not in text
    assert "&lt;script&gt;" in text


def test_werkzeugs_page_still_has_the_places_that_we_use():
    page = DebugTraceback(KeyError("a"))
    html = page.render_debugger_html(True, "s", True)

    changed = add_panel(html, SOLUTION, [("token", "Do it")])

    assert '<body class="solution-debugger">' in changed
    assert changed.index("<section") > changed.index('<div class="debugger">')
    assert changed.index("<style>") < changed.index("</head>")
    assert 'value="token"' in changed


def test_a_problem_without_a_trusted_host_has_no_details():
    problem = render_problem("/a", KeyError("secret"), "", SOLUTION)

    assert "secret" not in problem.get_data(as_text=True)
    assert "solution" not in problem.get_data(as_text=True)
