"""Apps with a database of their own, on each kind of database."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from carboy.db import SQLAlchemy

MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(tmp_path: Path) -> Any:
    """Make plain Flask apps in a folder of the test's own; close them after it."""
    made: list[Flask] = []

    def make(db: SQLAlchemy | None = None, **config: Any) -> Flask:
        app = Flask("site", root_path=str(tmp_path), instance_path=str(tmp_path))
        # `make test-plain-sqlalchemy` sets this: all sites do without the fast path.
        if "DATABASE_FAST_PATH" in os.environ:
            app.config["DATABASE_FAST_PATH"] = os.environ["DATABASE_FAST_PATH"]
        app.config.update(config)
        if db is not None:
            db.init_app(app)
        made.append(app)
        return app

    yield make
    for app in made:
        if "carboy.db" in app.extensions:
            for engine in app.extensions["carboy.db"].engines.values():
                engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/any.db"
    url: str = request.getfixturevalue(f"fresh_{request.param}")
    return url
