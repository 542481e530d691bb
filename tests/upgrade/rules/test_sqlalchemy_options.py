"""If this passes, the rule `sqlalchemy-options` edits its cases only."""

from carboy.upgrade.rules.sqlalchemy_options import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "from flask_sqlalchemy import SQLAlchemy\n"
            "SQLAlchemy(use_native_unicode=True)\n"
        ),
        "from flask_sqlalchemy import SQLAlchemy\nSQLAlchemy()\n",
    )
]
UNCHANGED = [
    "create_engine(convert_unicode=True)\n",
    "from own import create_engine\ncreate_engine(convert_unicode=True)\n",
    "from sqlalchemy import create_engine\ncreate_engine(url, echo=True)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
