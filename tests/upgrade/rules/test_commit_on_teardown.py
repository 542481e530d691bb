"""If this passes, the rule `commit-on-teardown` edits its cases only."""

from carboy.upgrade.rules.commit_on_teardown import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "class Config:\n    SQLALCHEMY_COMMIT_ON_TEARDOWN = True\n    X = 1\n",
        "class Config:\n    X = 1\n",
    )
]
UNCHANGED = [
    "db = SQLAlchemy(app)\n",
    "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy(app)\n",
    "class Config:\n    SQLALCHEMY_ECHO = True\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
