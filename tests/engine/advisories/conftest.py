"""Each advisory is tested on stock Flask and on both doors of the engine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
from differential.sides import INHERITED, INSTALLED, STOCK, Side

MakeApp = Callable[..., flask.Flask]


@pytest.fixture(params=[STOCK, INSTALLED, INHERITED], ids=lambda side: side.name)
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    with request.param.on():
        yield request.param


@pytest.fixture
def make_app(side: Side, tmp_path: Path) -> MakeApp:
    def make(**config: Any) -> flask.Flask:
        static = tmp_path / "static"
        static.mkdir()
        (static / "public.txt").write_text("public")
        (tmp_path / "secret.txt").write_text("a secret")
        app = side.make_class()("attacked", root_path=str(tmp_path))
        app.config.update(SECRET_KEY="k" * 32, **config)
        return app

    return make
