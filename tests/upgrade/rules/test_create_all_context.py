"""If this passes, the rule `create-all-context` edits its cases only."""

from carboy.upgrade import Project
from carboy.upgrade.rules.create_all_context import RULE
from tests.upgrade.cases import make_cases

PROJECT = Project(
    objects={
        "db": frozenset({"flask_sqlalchemy.SQLAlchemy"}),
        "app": frozenset({"flask.Flask"}),
    }
)
CHANGED: list[tuple[str, str]] = [
    (
        "from x import app, db\ndb.create_all()\n",
        "from x import app, db\nwith app.app_context():\n    db.create_all()\n",
    ),
    (
        "from x import db\ndef f(my):\n    db.create_all(app=my)\n",
        (
            "from x import db\n"
            "def f(my):\n"
            "    with my.app_context():\n"
            "        db.create_all()\n"
        ),
    ),
]
UNCHANGED = [
    "from x import app, db\nwith app.app_context():\n    db.create_all()\n",
    "from x import db\ndef f():\n    db.create_all()\n",
    "db.create_all()\n",
    "from x import app, Base\nBase.metadata.create_all(engine)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED, project=PROJECT)
