"""Types that SQLAlchemy keeps with one database work on all."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite

from carboy.db.types import LONGTEXT, MEDIUMTEXT


def test_long_text_is_text_elsewhere() -> None:
    for kind, name in ((LONGTEXT, "LONGTEXT"), (MEDIUMTEXT, "MEDIUMTEXT")):
        assert kind.compile(dialect=mysql.dialect()) == name
        assert kind.compile(dialect=sqlite.dialect()) == "TEXT"
        assert isinstance(kind, sa.Text)
