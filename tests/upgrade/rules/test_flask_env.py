"""If this passes, the rule `flask-env` edits its cases only."""

from carboy.upgrade.rules.flask_env import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        'ENV FLASK_ENV production\nRUN FLASK_ENV="development" flask run\n',
        'ENV FLASK_DEBUG 0\nRUN FLASK_DEBUG="1" flask run\n',
    ),
    ("    FLASK_ENV: development\n", '    FLASK_DEBUG: "1"\n'),
]
UNCHANGED = [
    "# FLASK_ENV=development\n",
    "FLASK_ENV=${MODE}\n",
    "MY_FLASK_ENV2=development\n",
    "FLASK_DEBUG=1\n",
    "echo FLASK_ENV development\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED, path=".env")
