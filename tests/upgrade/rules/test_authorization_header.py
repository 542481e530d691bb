"""If this passes, the rule `authorization-header` edits its cases only."""

from carboy.upgrade.rules.authorization_header import RULE
from tests.upgrade.cases import make_cases

START = "from werkzeug.http import parse_authorization_header\n"
CHANGED: list[tuple[str, str]] = []
UNCHANGED = [
    "def parse_authorization_header(x): ...\nparse_authorization_header(1)\n",
    "from own import parse_authorization_header\nparse_authorization_header(1)\n",
    START + "parse = parse_authorization_header\n",
    "try:\n    " + START + "except ImportError:\n    pass\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
