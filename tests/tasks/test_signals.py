"""Whoever listens hears of each run that is asked for, and of each that begins."""

import pytest

from carboy import Carboy, Settings
from carboy.db import SQLAlchemy
from carboy.tasks import Tasks
from carboy.tasks.signals import run_added, run_started


@pytest.fixture
def shop(tmp_path):
    settings = Settings.load(
        {},
        root=tmp_path,
        environ={
            "CARBOY_PROFILE": "testing",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'site.db'}",
        },
    )
    app = Carboy("shop", instance_path=str(tmp_path), settings=settings)
    tasks = Tasks()
    app.use(SQLAlchemy(), tasks)
    return app, tasks


def test_a_run_is_announced_when_it_is_asked_for_and_when_it_begins(shop):
    app, tasks = shop
    heard = []

    @tasks.task(name="shop.add")
    def add(a, b):
        heard.append("the function")
        return a + b

    def note(sender, **details):
        heard.append((sender.name, details))

    added, started = run_added.connected_to(note), run_started.connected_to(note)
    with added, started, app.app_context():
        run = add.delay(1, 2)
        assert heard == [("shop", {"run_id": run.id, "task": "shop.add"})]
        tasks.drain()

    assert heard[1:] == [
        ("shop", {"run_id": run.id, "task": "shop.add", "attempt": 1}),
        "the function",
    ]
