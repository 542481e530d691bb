"""If this passes, the rule `flask-request-json` edits its cases only."""

from carboy.upgrade.rules.flask_request_json import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from flask import request\ndata = request.json\nif not data: pass\n",
        "from flask import request\n"
        "data = request.get_json(silent=True)\n"
        "if not data: pass\n",
    ),
    (
        "from flask import request\ndata = request.get_json() or {}\n",
        "from flask import request\ndata = request.get_json(silent=True) or {}\n",
    ),
    (
        "import flask\nif flask.request.json is None: pass\n",
        "import flask\nif flask.request.get_json(silent=True) is None: pass\n",
    ),
]
UNCHANGED = [
    "from flask import request\ndata = request.json\ndata['a']\nif not data: pass\n",
    "from flask import request\ndata = request.json\ndata = 1\nif not data: pass\n",
    "from flask import request\ndata = request.json\n",
    "from flask import request\ndata = request.get_json()\n",
    "from flask import request\ndata = request.get_json(force=True) or {}\n",
    "not request.json\n",
    "from flask import request\nx = y or request.json\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
