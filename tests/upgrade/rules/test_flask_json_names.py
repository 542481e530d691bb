"""If this passes, the rule `flask-json-names` edits old names, and nothing else."""

from carboy.upgrade.rules.flask_json_names import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from flask.json import htmlsafe_dumps\nhtmlsafe_dumps({})\n",
        "from jinja2.utils import htmlsafe_json_dumps\nhtmlsafe_json_dumps({})\n",
    ),
    (
        "from flask.helpers import locked_cached_property as lazy\n",
        "from werkzeug.utils import cached_property as lazy\n",
    ),
]
UNCHANGED = [
    "from flask import json, jsonify\n",
    "from flask.json import dumps, jsonify\n",
    (
        "try:\n"
        "    from flask.json import htmlsafe_dumps\n"
        "except ImportError:\n"
        "    htmlsafe_dumps = None\n"
    ),
    "# from flask.json import htmlsafe_dumps\ntext = 'flask.json.htmlsafe_dumps'\n",
    "from flask.json import htmlsafe_dumps  # carboy: keep\n",
    "class htmlsafe_dumps:\n    pass\n\n\nhtmlsafe_dumps()\n",
    "def use(htmlsafe_dumps):\n    return htmlsafe_dumps.htmlsafe_dumps\n",
    "from .flask.json import htmlsafe_dumps\n",
    "import other as flask\n\nflask.json.htmlsafe_dumps\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
