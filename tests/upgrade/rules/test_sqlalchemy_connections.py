"""If this passes, connections of SQLAlchemy commit as before, and no others change."""

from carboy.upgrade.rules.sqlalchemy_connections import RULE
from tests.upgrade.cases import make_cases

START = "from sqlalchemy import create_engine\n\nengine = create_engine(url)\n"
AUTO = '.execution_options(isolation_level="AUTOCOMMIT")'
CHANGED: list[tuple[str, str]] = [
    (
        START + "with engine.connect() as c:\n    c.execute(users.insert())\n",
        START + f"with engine.connect(){AUTO} as c:\n    c.execute(users.insert())\n",
    ),
    (
        START + "c = engine.connect()\nc.execute('SELECT 1')\n",
        START + "c = engine.connect()\nc.exec_driver_sql('SELECT 1')\n",
    ),
]
UNCHANGED = [
    START + "c = engine.connect()\nc.execute(query)\n",
    START
    + "c = engine.connect()\nt = c.begin()\nc.execute(users.insert())\nt.commit()\n",
    START + "with engine.begin() as c:\n    c.execute(users.insert())\n",
    START + "c = engine.connect()\nc.close()\n",
    "import sqlite3\n\nc = sqlite3.connect()\nc.execute('DELETE FROM a')\n",
    "c = engine.connect()\nc.execute('DELETE FROM a')\n",
    START + "use(engine.connect())\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
