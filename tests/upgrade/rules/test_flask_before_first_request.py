"""If this passes, the rule `flask-before-first-request` edits its cases only."""

from carboy.upgrade.rules.flask_before_first_request import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "def create_app():\n    app = make()\n    app.before_first_request(init)\n",
        (
            "from functools import cache\n"
            "def create_app():\n"
            "    app = make()\n"
            "    app.before_request(cache(init))\n"
        ),
    ),
    (
        (
            "from flask import current_app\n"
            "@bp.before_app_first_request\n"
            "def setup():\n"
            '    """Doc."""\n'
            "    x()\n"
        ),
        (
            "from flask import current_app\n"
            "@bp.before_app_request\n"
            "def setup():\n"
            '    """Doc."""\n'
            '    if "setup" in current_app.extensions:\n'
            "        return\n"
            '    current_app.extensions["setup"] = True\n'
            "    x()\n"
        ),
    ),
]
UNCHANGED = [
    "@app.before_request\ndef f(): ...\n",
    '@app.before_first_request\ndef f():\n    return "x"\n',
    "@app.before_first_request\nasync def f():\n    pass\n",
    "hooks = [app.before_first_request]\n",
    "class A(Flask):\n    def f(self):\n        return self.before_first_request\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
