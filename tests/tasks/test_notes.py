"""The site of the old notes runs as it is written, on Redis and without anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lib.services import list_tree

CONFIG = """
class Config:
    SECRET_KEY = "notes"
    {settings}
"""
INIT = """
from flask import Flask
from .config import Config
from .tasks.celery_obj import tasks

def create_app():
    app = Flask(__name__, instance_path={folder!r})
    app.config.from_object(Config)
    tasks.init_app(app)
    return app
"""
OBJECT = """
from carboy.tasks import Tasks
tasks = Tasks()
celery = tasks.celery
"""
TASKS = """
from .celery_obj import celery

@celery.task(bind=True)
def long_task(self, total):
    for i in range(total):
        self.update_state(state="PROGRESS",
                          meta={"current": i, "total": total, "status": "working"})
    return {"current": total, "total": total, "status": "completed", "result": 42}
"""
WORKER = """
from app2 import create_app
from app2.tasks.celery_obj import celery
import app2.tasks.routes

app = create_app()
app.app_context().push()
"""
ASK = """
from app2.celery_worker import app
from app2.tasks.routes import long_task
task = long_task.apply_async(args=[5])
print(task.get(timeout=30)["result"], long_task.AsyncResult(task.id).state)
"""


def _write_site(folder: Path, settings: str) -> None:
    for name, text in {
        "app2/config.py": CONFIG.format(settings=settings),
        "app2/__init__.py": INIT.format(folder=str(folder / "instance")),
        "app2/tasks/__init__.py": "",
        "app2/tasks/celery_obj.py": OBJECT,
        "app2/tasks/routes.py": TASKS,
        "app2/celery_worker.py": WORKER,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize("with_redis", [False, True])
def test_the_notes_run(
    tmp_path: Path, request: pytest.FixtureRequest, *, with_redis: bool
) -> None:
    settings = "CELERY_TASK_SERIALIZER = 'json'"
    if with_redis:
        url = request.getfixturevalue("fresh_redis")
        settings = f"CELERY_BROKER_URL = {url!r}\n    CELERY_RESULT_BACKEND = {url!r}"
    _write_site(tmp_path, settings)
    binary = Path(sys.executable).parent / "celery"
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{root / 'src'}"}
    # Word for word, in the order that Celery 5 refuses by itself.
    command = [binary, "worker", "--app=app2.celery_worker.celery", "--loglevel=info"]
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=log, stderr=log
        )
    try:
        answer = subprocess.run(
            [sys.executable, "-c", ASK],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        log_text = (tmp_path / "log").read_text()
        assert answer.stdout == "42 SUCCESS\n", answer.stderr + log_text
        assert "SecurityWarning" not in log_text
    finally:
        for pid in [*list_tree(worker.pid), worker.pid]:
            os.kill(pid, 9)
        worker.wait()
