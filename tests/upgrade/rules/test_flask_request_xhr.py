"""If this passes, the rule `flask-request-xhr` edits its cases only."""

from carboy.upgrade.rules.flask_request_xhr import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "import flask\nx = not flask.request.is_xhr\n",
        (
            "import flask\n"
            "x = not (flask.request.headers.get('X-Requested-With') == "
            "'XMLHttpRequest')\n"
        ),
    )
]
UNCHANGED = [
    "request.is_xhr\n",
    "from django import request\nrequest.is_xhr\n",
    "def f(request):\n    return request.is_xhr\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
