"""The web process that is killed: each request writes a row and sends a task.

As a program it forks servers from one clean process, kills each of them during its
requests, and prints the number of requests.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.tasks import Tasks

# With `-m` the module would be imported twice, because the package imports it too.
PROGRAM = "from lib.crash.web import main; main()"
DATABASE = "web.sqlite"
ROLLED_BACK = 1_000_000
# As long as a few requests, so that every point of one is hit.
_MAX_LIFETIME = 0.03
_PACE = 0.02

db = SQLAlchemy()
tasks = Tasks()


class Item(db.Model):
    """The row of a request."""

    number: Mapped[int] = mapped_column(primary_key=True)


class Answer(db.Model):
    """The row of the task, and whether the task saw the row of its request."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    saw: Mapped[bool]


@tasks.task(name="crash.answer")
def answer(number: int) -> None:
    """Look for the row of the request, and write a row."""
    saw = db.session.get(Item, number) is not None
    db.session.add(Answer(number=number, saw=saw))


@tasks.task(name="crash.look")
def look(number: int) -> bool:
    """Look for the row of the request, and write nothing."""
    return db.session.get(Item, number) is not None


def add_item(number: int) -> str:
    """Write a row and send a task; every fifth request then rolls back."""
    db.session.add(Item(number=number))
    answer.delay(number)
    if "CRASH_LOOKS" in os.environ:
        look.delay(number)
    if number >= ROLLED_BACK:
        db.session.rollback()
    else:
        db.session.commit()
    return "done"


def create_app() -> Flask:
    """Create the app in the folder of the trial."""
    folder = os.environ["CRASH_FOLDER"]
    app = Flask("crash", instance_path=folder)
    app.config["TASKS_BROKER_URL"] = os.environ.get("CRASH_BROKER", "")
    url = os.environ.get("CRASH_DATABASE") or f"sqlite:///{Path(folder) / DATABASE}"
    app.config["DATABASE_URL"] = url
    app.config["TASKS_RESEND_AFTER"] = 1.0
    db.init_app(app)
    tasks.init_app(app)
    app.add_url_rule("/items/<int:number>", view_func=add_item, methods=["POST"])
    return app


def main() -> None:
    """Kill servers, or run a command of the site."""
    if sys.argv[1] == "kill":
        requests = _kill_all(int(sys.argv[2]), random.Random(1))
        print(json.dumps({"begun": requests}))
        return
    app = create_app()
    if sys.argv[1] == "ask":
        _ask(app, int(sys.argv[2]))
        return
    with app.app_context():
        if sys.argv[1] == "create":
            db.create_all()
            tasks.find("x")
            return
        AppGroup(commands=app.cli.commands)(args=sys.argv[1:], prog_name="crash")


def _ask(app: Flask, requests: int) -> None:
    """Send requests at a pace that leaves time for kills."""
    client = app.test_client()
    for number in range(1, requests + 1):
        item = number + ROLLED_BACK if number % 5 == 0 else number
        client.post(f"/items/{item}")
        time.sleep(_PACE)


def _kill_all(kills: int, rng: random.Random) -> int:
    begun = 0
    for _ in range(kills):
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            _serve(begun + 1, writing)
        os.close(writing)
        begun += 1 + len(os.read(reading, 1))
        time.sleep(rng.random() * _MAX_LIFETIME)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        while chunk := os.read(reading, 4096):
            begun += len(chunk)
        os.close(reading)
    return begun


def _serve(number: int, writing: int) -> None:
    """Handle requests; the first, which opens all connections, is never killed."""
    client = create_app().test_client()
    while True:
        item = number + ROLLED_BACK if number % 5 == 0 else number
        client.post(f"/items/{item}")
        number += 1
        os.write(writing, b".")
