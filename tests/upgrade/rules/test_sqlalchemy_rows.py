"""If this passes, rows that are read by name are mappings, and no others are."""

from carboy.upgrade import Project
from carboy.upgrade.rules.sqlalchemy_rows import RULE
from tests.upgrade.cases import make_cases

PROJECT = Project(packages=frozenset({"sqlalchemy"}))
CHANGED: list[tuple[str, str]] = [
    (
        "row = conn.execute(query).first()\nif row:\n    print(dict(row))\n",
        "row = conn.execute(query).mappings().first()\nif row:\n    print(dict(row))\n",
    ),
    (
        "rows = session.execute(query).fetchall()\nnames = [r['name'] for r in rows]\n",
        "rows = session.execute(query).mappings().fetchall()\nnames = [r['name'] for r in rows]\n",
    ),
]
UNCHANGED = [
    "row = conn.execute(query).first()\nprint(row[0])\n",
    "row = conn.execute(query).first()\nprint(row['a'], row.b)\n",
    "for a, b in conn.execute(query):\n    print(a['x'])\n",
    "rows = conn.execute(query).fetchall()\nuse(rows)\n",
    "for row in conn.execute(query).mappings():\n    print(row['a'])\n",
    "for row in cursor.execute(query):\n    print(row['a'])\n",
    "n = conn.execute(query).scalar()\nprint(n['a'])\n",
    "conn.execute(query)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED, project=PROJECT)
