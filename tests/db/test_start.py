"""A site on SQLite starts without what only other sites need."""

import subprocess
import sys

SITE = """
import sys
from flask import session
from carboy import Carboy
from carboy.cache import Cache
from carboy.db import SQLAlchemy
from carboy.sessions import Sessions

app = Carboy("site")
app.config.update(
    SECRET_KEY="k" * 32, DATABASE_URL="sqlite://", SESSION_TYPE="sqlalchemy"
)
db, sessions, cache = SQLAlchemy(app), Sessions(app), Cache(app)

@app.get("/")
@cache.cached(timeout=50)
def index():
    return str(db.session.scalar(db.select(db.literal(1))))

@app.get("/write")
def write():
    session["seen"] = True
    return "written"

client = app.test_client()
assert client.get("/").text == "1"
assert client.get("/write").text == "written"
print(*sys.modules)
"""

# Each takes its time to import: Alembic 60 ms, a dialect 20 to 50, redis-py 90.
NOT_NEEDED = {
    "alembic",
    "celery",
    "mako",
    "psycopg",
    "pymysql",
    "redis",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.postgresql",
    "yaml",
    "zoneinfo",
}


def test_only_what_is_used_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SITE], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert NOT_NEEDED.isdisjoint(done.stdout.split())
