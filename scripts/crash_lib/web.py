"""The web process that is killed: each request writes a row and asks for a task.

Run as a program it forks servers from one clean process, kills each in the middle of
its requests, and says on one line how many there were.
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

DATABASE = "web.sqlite"
UNDONE = 1_000_000
# Some requests long, so that each point of one is hit.
_LONGEST_LIFE = 0.03
_PACE = 0.02

db = SQLAlchemy()
tasks = Tasks()


class Wish(db.Model):
    """What a request wrote."""

    number: Mapped[int] = mapped_column(primary_key=True)


class Answer(db.Model):
    """What the task wrote for it, and whether it saw the request's row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    saw: Mapped[bool]


@tasks.task(name="crash.answer")
def answer(number: int) -> None:
    """Look for the row of the request, and write one."""
    saw = db.session.get(Wish, number) is not None
    db.session.add(Answer(number=number, saw=saw))


def wish(number: int) -> str:
    """Write a row and ask for a task; every fifth request fails after that."""
    db.session.add(Wish(number=number))
    answer.delay(number)
    if number >= UNDONE:
        db.session.rollback()
    else:
        db.session.commit()
    return "done"


def create_app() -> Flask:
    """Make the site in the folder of the trial."""
    folder = os.environ["CRASH_FOLDER"]
    app = Flask("crash", instance_path=folder)
    app.config["TASKS_BROKER_URL"] = os.environ.get("CRASH_BROKER", "")
    url = os.environ.get("CRASH_DATABASE") or f"sqlite:///{Path(folder) / DATABASE}"
    app.config["DATABASE_URL"] = url
    app.config["TASKS_RESEND_AFTER"] = 1.0
    db.init_app(app)
    tasks.init_app(app)
    app.add_url_rule("/wish/<int:number>", view_func=wish, methods=["POST"])
    return app


def main() -> None:
    """Kill servers, or run a command of the site."""
    if sys.argv[1] == "kill":
        requests = _kill_all(int(sys.argv[2]), random.Random(1))  # noqa: S311 - repeatable kills, no secrets
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
    """Answer requests at a pace that leaves time for kills."""
    client = app.test_client()
    for number in range(1, requests + 1):
        wanted = number + UNDONE if number % 5 == 0 else number
        client.post(f"/wish/{wanted}")
        time.sleep(_PACE)


def _kill_all(kills: int, dice: random.Random) -> int:
    begun = 0
    for _ in range(kills):
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            _serve(begun + 1, writing)
        os.close(writing)
        begun += 1 + len(os.read(reading, 1))
        time.sleep(dice.random() * _LONGEST_LIFE)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        while told := os.read(reading, 4096):
            begun += len(told)
        os.close(reading)
    return begun


def _serve(number: int, writing: int) -> None:
    """Answer requests; the first one, which opens everything, is left in peace."""
    client = create_app().test_client()
    while True:
        told = number + UNDONE if number % 5 == 0 else number
        client.post(f"/wish/{told}")
        number += 1
        os.write(writing, b".")


if __name__ == "__main__":
    main()
