"""Celery is not imported before somebody needs it, and nobody can tell."""

import inspect
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import celery

from carboy.tasks import Tasks

from .conftest import MakeSite

_SITE = """
import sys
from flask import Flask
from carboy.tasks import Tasks

tasks = Tasks()

@tasks.every("1h")
@tasks.task(retries=3)
def add(a, b):
    return a + b

def create_app(folder):
    app = Flask("shop", instance_path=folder)
    app.config["SECRET_KEY"] = folder
    tasks.init_app(app)
    app.add_url_rule("/", view_func=lambda: "hello")
    return app
"""

_USE = """
import sys, shop
app = shop.create_app(sys.argv[1])
assert app.test_client().get("/").text == "hello"
assert shop.add.name == "shop.add"
early = {"celery", "kombu"} & sys.modules.keys()
with app.app_context():
    run = shop.add.delay(1, 2)
    shop.tasks.drain()
    assert run.get() == 3
late = {"celery", "kombu"} & sys.modules.keys()
print(len(early), len(late))
"""


def test_a_page_without_tasks_is_answered_without_celery(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(_SITE)

    command = [sys.executable, "-c", _USE, str(tmp_path / "instance")]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stdout.split() == ["0", "2"], done.stderr


def test_what_was_declared_early_is_a_task_of_celerys(make_site: MakeSite) -> None:
    tasks = Tasks()

    @tasks.task(name="shop.add")
    def add(a: int, b: int = 1) -> int:
        """Add up."""
        return a + b

    make_site(tasks)
    add.max_retries = 7  # type: ignore[attr-defined]  # one of Celery's

    assert isinstance(add, celery.Task)
    assert tasks.celery.tasks["shop.add"].max_retries == 7
    assert add(1, 2) == 3
    assert add.s(1).task == "shop.add"
    assert add.__doc__ == "Add up."
    assert list(inspect.signature(add).parameters) == ["a", "b"]
    assert repr(add) == "<@task: shop.add>"
    tasks.celery.set_current()
    assert pickle.loads(pickle.dumps(add)).name == "shop.add"  # noqa: S301 - our own


def test_tasks_declared_later_are_there_as_well(make_site: MakeSite) -> None:
    tasks = Tasks()
    make_site(tasks)
    known = tasks.celery.tasks

    @tasks.task(name="shop.late")
    def late() -> None: ...

    assert "shop.late" in known
    assert late.name == "shop.late"


def test_threads_that_need_celery_at_once_get_the_same() -> None:
    tasks = Tasks()
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(tasks.celery)) for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert all(each is tasks.celery for each in found)
