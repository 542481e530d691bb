"""If this passes, the rule `sqlalchemy-query-get` edits its cases only."""

from carboy.upgrade import Project
from carboy.upgrade.rules.sqlalchemy_query_get import RULE
from tests.upgrade.cases import make_cases

PROJECT = Project(
    objects={
        "db": frozenset({"flask_sqlalchemy.SQLAlchemy"}),
        "app": frozenset({"flask.Flask"}),
    }
)
CHANGED: list[tuple[str, str]] = [
    (
        "from . import db\nUser.query.get(1).name\n",
        "from . import db\ndb.session.get(User, 1).name\n",
    )
]
UNCHANGED = [
    "User.query.get(1)\n",
    "from . import db\nUser.query.get_or_404(1)\n",
    'from . import db\nrequest.query.get("x")\n',
    "from . import db\nUser.query.filter().get(1)\n",
    "from . import db\nUser.query.get(*key)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED, project=PROJECT)
