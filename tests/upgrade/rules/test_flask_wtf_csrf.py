"""If this passes, the rule `flask-wtf-csrf` edits its cases only."""

from carboy.upgrade.rules.flask_wtf_csrf import RULE
from tests.upgrade.cases import make_cases

START = "from flask_wtf import FlaskForm\nclass F(FlaskForm): ...\n"
CHANGED: list[tuple[str, str]] = []
UNCHANGED = [
    START + "F()\n",
    START + "F(csrf_enabled=False, meta={})\n",
    "from own import LoginForm\nLoginForm(csrf_enabled=False)\n",
    "setup(csrf_enabled=False)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
