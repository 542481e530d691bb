"""If this passes, the rule `sqlalchemy-engine-execute` edits its cases only."""

from carboy.upgrade import Project
from carboy.upgrade.rules.sqlalchemy_engine_execute import RULE
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
        "rows = db.engine.execute(q)\n"
        "for row in rows: print(row)\n",
        "from app import db\n"
        "with db.engine.begin() as connection:\n"
        "    rows = connection.execute(q).fetchall()\n"
        "for row in rows: print(row)\n",
    ),
    (
        (
            "from sqlalchemy import create_engine\n"
            'engine = create_engine("sqlite://")\n'
            "rows = engine.execute(query).fetchall()\n"
        ),
        (
            "from sqlalchemy import create_engine\n"
            'engine = create_engine("sqlite://")\n'
            "with engine.begin() as connection:\n"
            "    rows = connection.execute(query).fetchall()\n"
        ),
    ),
    (
        (
            "from app import db\n"
            "from sqlalchemy import inspect\n"
            "print(db.engine.table_names())\n"
        ),
        (
            "from app import db\n"
            "from sqlalchemy import inspect\n"
            "print(inspect(db.engine).get_table_names())\n"
        ),
    ),
]
UNCHANGED = [
    "from app import db\nrows = db.engine.execute(q)\nprint(rows.rowcount)\n",
    'engine.execute("x")\n',
    "from app import db\nfor row in db.engine.execute(q): pass\n",
    "from app import db\nresult = db.engine.execute(q)\n",
    'from rules import engine\nengine.execute("x")\n',
    "from app import db\nif x: db.engine.execute(q)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED, project=PROJECT)
