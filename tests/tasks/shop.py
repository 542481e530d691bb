"""A site that tests start in processes of its own."""

import json
import logging
import os
import secrets
import signal
import sys
import time
from pathlib import Path

from celery.utils.log import get_task_logger
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Mapped, mapped_column

from carboy.core import Settings
from carboy.db import SQLAlchemy
from carboy.site import Log
from carboy.tasks import Tasks, progress, track

db = SQLAlchemy()
tasks = Tasks()


class Effect(db.Model):
    """What tasks write."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


@tasks.task(name="shop.add")
def add(a: int, b: int) -> int:
    """Add up."""
    return a + b


@tasks.task(name="shop.write")
def write(number: int) -> None:
    """Write a row."""
    db.session.add(Effect(number=number))


@tasks.task(name="shop.note")
def note(number: int, seconds: float) -> None:
    """Take a while, then write a row, and a line which no rollback undoes."""
    time.sleep(seconds)
    db.session.add(Effect(number=number))
    with (Path(os.environ["SHOP_FOLDER"]) / "notes").open("a") as notes:
        notes.write(f"{number}\n")


@tasks.task(name="shop.see")
def see(number: int) -> int:
    """Find the row of the request that asked, which must be there."""
    wanted = db.select(Effect).where(Effect.number == number)
    return db.session.scalars(wanted).one().number


@tasks.task(name="shop.wait")
def wait(seconds: float) -> str:
    """Take a while."""
    for done in range(100):
        progress(done, 100, f"step {done}")
        time.sleep(seconds / 100)
    return "rested"


@tasks.task(name="shop.sleep")
def sleep(seconds: float) -> str:
    """Be somewhere in the kernel, where no bytecode runs."""
    time.sleep(seconds)
    return "slept"


@tasks.task(name="shop.poison")
def poison() -> None:
    """Take the process down."""
    os.kill(os.getpid(), signal.SIGKILL)


@tasks.task(name="shop.bulk", queue="bulk")
def bulk() -> str:
    """Lie in a queue of its own."""
    return "moved"


@tasks.task(name="shop.talk")
def talk() -> None:
    """Say something in each way there is, and fail."""
    say = print
    say("to", "stdout")
    say("to stderr", file=sys.stderr)
    say("without", end=" ")
    say("an end", end="")
    logging.getLogger("shop.jobs").info("by logging")
    current_app.logger.warning("by the app")
    get_task_logger("shop.jobs").error("by Celery")
    msg = "no way to https://ada:geheim@db.example/x\n[SQL: SELECT 1]"
    raise ValueError(msg)


@tasks.task(name="shop.falter", retries=1, backoff=1, jitter=False)
def falter() -> None:
    """Fail twice."""
    raise LookupError("not there")


@tasks.task(name="shop.limit", time_limit=1)
def limit() -> None:
    """Take longer than it may."""
    time.sleep(30)


@tasks.task(name="shop.count")
def count(rows: int) -> int:
    """Show a bar."""
    for _ in track(range(rows), "Counting"):
        time.sleep(0.02)
    return rows


@tasks.task(name="shop.load")
def load(rows: int) -> int:
    """Go on where a killed attempt was; note each row, which no rollback undoes."""
    for number in track(range(rows), "Loading", resume=True, batch=10):
        db.session.add(Effect(number=number))
        with (Path(os.environ["SHOP_FOLDER"]) / "notes").open("a") as notes:
            notes.write(f"{number}\n")
        time.sleep(0.005)
    return rows


@tasks.task(name="shop.pid")
def pid() -> int:
    """Say which process it is."""
    return os.getpid()


def create_app(folder: str) -> Flask:
    """Make the site in a folder."""
    app = Flask("shop", instance_path=folder)
    if os.environ.get("SHOP_LOG"):
        Log(Settings(secret_key=secrets.token_hex())).init_app(app)
    else:
        # Flask adds a handler of its own at this moment.
        _ = app.logger
    app.config["SECRET_KEY"] = secrets.token_hex()
    app.config["DATABASE_URL"] = (
        os.environ.get("SHOP_DATABASE") or f"sqlite:///{Path(folder) / 'shop.sqlite'}"
    )
    options = os.environ.get("SHOP_ENGINE_OPTIONS", "{}")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = json.loads(options)
    app.config["TASKS_RESEND_AFTER"] = 1.0
    app.config["TASKS_STREAMS"] = 100
    app.config["TASKS_BROKER_URL"] = os.environ.get("SHOP_BROKER", "")
    db.init_app(app)
    tasks.init_app(app)
    with app.app_context():
        db.create_all()
    return app


def create_served_app() -> Flask:
    """Make the site for a server, which hands over nothing."""
    return create_app(os.environ["SHOP_FOLDER"])


def main() -> None:
    """Run a command of the site."""
    app = create_app(os.environ["SHOP_FOLDER"])
    group = AppGroup(commands=app.cli.commands)
    with app.app_context():
        group(args=sys.argv[1:], prog_name="shop")


if __name__ == "__main__":
    main()
