"""Migrations that wait are seen without Alembic, and warned of."""

import subprocess
import sys
from typing import Any

import pytest

from carboy.core import registry_of
from carboy.core.check import run_checks
from carboy.db import SQLAlchemy
from carboy.db.migrations import actions as migrations
from carboy.db.migrations.pending import list_newest


@pytest.fixture
def app(make_app) -> Any:
    db = SQLAlchemy()

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    db.Row = Row  # or it is forgotten
    return make_app(db)


def found(app: Any) -> list[str]:
    return [check.id for check in run_checks(app, registry_of(app).checkers)]


def test_the_warning_comes_and_goes(app, tmp_path) -> None:
    assert found(app) == []
    with app.app_context():
        migrations.init()
        assert found(app) == []
        migrations.migrate()
        assert found(app) == ["db.W001"]
        migrations.upgrade()
        assert found(app) == []
        migrations.revision()
        assert found(app) == ["db.W001"]
        migrations.downgrade(revision="base")
        assert found(app) == ["db.W001"]
    assert len(list_newest([tmp_path / "migrations" / "versions"])) == 1


def test_a_database_that_is_away_is_told(make_app, tmp_path) -> None:
    db = SQLAlchemy()
    app = make_app(db, DATABASE_URL="postgresql://u@127.0.0.1:1/n")
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    version = tmp_path / "migrations" / "versions" / "a.py"
    version.write_text("revision: str = 'a'\ndown_revision: str | None = None\n")

    assert found(app) == ["db.W002"]


def test_neither_the_check_nor_the_battery_imports_alembic() -> None:
    code = "import carboy.db, sys; assert 'alembic' not in sys.modules"

    subprocess.run([sys.executable, "-c", code], check=True)
