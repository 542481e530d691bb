"""If this passes, the rule `flask-static-path` edits its cases only."""

from carboy.upgrade.rules.flask_static_path import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        'import flask\nflask.Blueprint("a", __name__, static_path="")\n',
        'import flask\nflask.Blueprint("a", __name__, static_url_path="")\n',
    )
]
UNCHANGED = [
    'Flask(__name__, static_path="/s")\n',
    'from flask import Flask\nFlask(__name__, static_url_path="/s")\n',
    'from sanic import Flask\nFlask(__name__, static_path="/s")\n',
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
