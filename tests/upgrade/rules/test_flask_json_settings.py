"""If this passes, the rule `flask-json-settings` edits its cases only."""

from carboy.upgrade.rules.flask_json_settings import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "app.config['JSONIFY_PRETTYPRINT_REGULAR'] = False\n",
        "app.json.compact = True\n",
    ),
    (
        "current_app.config['JSON_SORT_KEYS'] = x  # y\n",
        "current_app.json.sort_keys = x  # y\n",
    ),
]
UNCHANGED = [
    "class Config:\n    JSON_AS_ASCII = False\n",
    'config["JSON_AS_ASCII"] = False\n',
    'x = app.config["JSON_AS_ASCII"]\n',
    'app.config["JSONIFY_PRETTYPRINT_REGULAR"] = x()\n',
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
