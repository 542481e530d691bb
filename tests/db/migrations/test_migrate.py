"""`Migrate(app, db)` is told what Flask-Migrate is told, and it counts."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from carboy.db import Migrate, SQLAlchemy
from carboy.db.migrations import actions as migrations
from carboy.db.migrations.migrate import find_folder, migrate_of, project_of


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


def test_the_folder_lies_beside_the_package(tmp_path) -> None:
    package = tmp_path / "shop" / "web"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").write_text("")
    inner = Flask("shop.web", root_path=str(package), instance_path=str(tmp_path))
    module = Flask("app", root_path=str(tmp_path), instance_path=str(tmp_path))

    assert project_of(inner) == project_of(module) == tmp_path
    assert find_folder(inner, "migrations") == tmp_path / "migrations"
    assert find_folder(inner, "/elsewhere") == Path("/elsewhere")
