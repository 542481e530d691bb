"""If this passes, the rule `sqlalchemy-select` edits its cases only."""

from carboy.upgrade import Project
from carboy.upgrade.rules.sqlalchemy_select import RULE
from tests.upgrade.cases import make_cases

PROJECT = Project(
    objects={
        "db": frozenset({"flask_sqlalchemy.SQLAlchemy"}),
        "app": frozenset({"flask.Flask"}),
    }
)
CHANGED: list[tuple[str, str]] = [
    (
        "import sqlalchemy as sa\nsa.select([t], t.c.id == 1)\n",
        "import sqlalchemy as sa\nsa.select(t).where(t.c.id == 1)\n",
    ),
    (
        "from sqlalchemy import case\ncase([(a, 1), (b, 2)], else_=0)\n",
        "from sqlalchemy import case\ncase((a, 1), (b, 2), else_=0)\n",
    ),
    (
        "from . import db\ndb.select([\n    User.id,\n])\n",
        "from . import db\ndb.select(\n    User.id)\n",
    ),
]
UNCHANGED = [
    "from sqlalchemy import select\nselect(users.c.id)\n",
    "select([a])\n",
    "import select\nselect.select([a], [], [])\n",
    "from sqlalchemy import select\nselect([a], from_obj=b)\n",
    "from sqlalchemy import case\ncase((a, 1))\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED, project=PROJECT)
