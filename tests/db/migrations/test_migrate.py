"""`Migrate(app, db)` is told what Flask-Migrate is told, and it counts."""

from typing import Any

import pytest
from flask import Flask

from carboy.db import Migrate, SQLAlchemy
from carboy.db.migrations import actions as migrations
from carboy.db.migrations.migrate import find_migrate, migrate_of


@pytest.fixture
def app(make_app) -> Any:
    return make_app(SQLAlchemy())


def test_options_reach_alembic(app, tmp_path) -> None:
    seen: dict[str, Any] = {}
    migrate = Migrate(
        directory="schema",
        compare_type=False,
        include_name=lambda *told: seen.setdefault("asked", told) is not None,
    )
    migrate.init_app(app, app.extensions["sqlalchemy"])

    @migrate.configure
    def configure(config: Any) -> Any:
        seen["config"] = config
        return config

    with app.app_context():
        assert migrations.init() == tmp_path / "schema"
        migrations.migrate()

    assert set(seen) == {"asked", "config"}
    assert migrate_of(app) is migrate is migrate.migrate


def test_a_command_of_another_name_is_added(app) -> None:
    Migrate(app, command="schema")

    assert {"db", "schema"} <= set(app.cli.commands)


def test_an_app_without_migrations_has_no_object_of_them() -> None:
    assert find_migrate(Flask("plain")) is None
