"""If this passes, the rule `sqlalchemy-text` edits its cases only."""

from carboy.upgrade import Project
from carboy.upgrade.rules.sqlalchemy_text import RULE
from tests.upgrade.cases import make_cases

PROJECT = Project(
    objects={
        "db": frozenset({"flask_sqlalchemy.SQLAlchemy"}),
        "app": frozenset({"flask.Flask"}),
    }
)
CHANGED: list[tuple[str, str]] = [
    (
        "from app import db\n"
        "from sqlalchemy import text\n"
        "sql = 'SELECT 1'\n"
        "db.session.execute(sql)\n",
        "from app import db\n"
        "from sqlalchemy import text\n"
        "sql = 'SELECT 1'\n"
        "db.session.execute(text(sql))\n",
    ),
    (
        'from sqlalchemy import text\nUser.query.order_by("created desc").all()\n',
        (
            "from sqlalchemy import text\n"
            'User.query.order_by(text("created desc")).all()\n'
        ),
    ),
    (
        (
            "from sqlalchemy.orm import sessionmaker\n"
            "Session = sessionmaker()\n"
            "session = Session()\n"
            'session.execute("DELETE FROM a WHERE id = :id", {"id": 1})\n'
        ),
        (
            "from sqlalchemy.orm import sessionmaker\n"
            "from sqlalchemy import text\n"
            "Session = sessionmaker()\n"
            "session = Session()\n"
            'session.execute(text("DELETE FROM a WHERE id = :id"), {"id": 1})\n'
        ),
    ),
]
UNCHANGED = [
    "from app import db\nsql = make()\ndb.session.execute(sql)\n",
    "from app import db\nsql = 'a'\nsql = make()\ndb.session.execute(sql)\n",
    (
        "import sqlite3\n"
        'connection = sqlite3.connect("x")\n'
        'connection.execute("SELECT 1")\n'
    ),
    "from app import db\ndb.session.execute(query)\n",
    'User.query.order_by("name")\n',
    'items.filter("a b")\n',
    'cursor.execute("SELECT 1")\n',
    (
        "from app import db\n"
        "from sqlalchemy import text\n"
        'db.session.execute(text("SELECT 1"))\n'
    ),
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED, project=PROJECT)
