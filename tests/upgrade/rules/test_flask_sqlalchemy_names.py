"""If this passes, the rule `flask-sqlalchemy-names` edits old names, and nothing else."""

from carboy.upgrade.rules.flask_sqlalchemy_names import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "from flask_sqlalchemy import BaseQuery, SQLAlchemy\n"
            "\n"
            "\n"
            "class Q(BaseQuery): ...\n"
        ),
        (
            "from flask_sqlalchemy import SQLAlchemy\n"
            "from flask_sqlalchemy.query import Query\n"
            "\n"
            "\n"
            "class Q(Query): ...\n"
        ),
    )
]
UNCHANGED = [
    "from flask_sqlalchemy import SQLAlchemy\n",
    (
        "try:\n"
        "    from flask_sqlalchemy import BaseQuery\n"
        "except ImportError:\n"
        "    BaseQuery = None\n"
    ),
    "# from flask_sqlalchemy import BaseQuery\ntext = 'flask_sqlalchemy.BaseQuery'\n",
    "from flask_sqlalchemy import BaseQuery  # carboy: keep\n",
    "class BaseQuery:\n    pass\n\n\nBaseQuery()\n",
    "def use(BaseQuery):\n    return BaseQuery.BaseQuery\n",
    "from .flask_sqlalchemy import BaseQuery\n",
    "import other as flask_sqlalchemy\n\nflask_sqlalchemy.BaseQuery\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
