"""The site of bench/tasks.py, and the same task on plain Celery."""

import os
import secrets
import sys
import time
from pathlib import Path

from celery import Celery
from flask import Flask, request
from flask.cli import AppGroup

from carboy.db import SQLAlchemy
from carboy.tasks import Tasks

FOLDER = Path(os.environ.get("BENCH_FOLDER", "/nonexistent"))

db = SQLAlchemy()
tasks = Tasks()
plain = Celery("plain", broker=os.environ.get("BENCH_REDIS", "memory://"))
plain.conf.result_backend = os.environ.get("BENCH_REDIS")
plain.conf.task_default_queue = "plain"


def note(text: bytes = b".", name: str = "ends") -> None:
    """Append to a file, so that ended tasks are counted in the same way for all."""
    fd = os.open(FOLDER / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(fd, text)
    os.close(fd)


@plain.task(name="bench.plain")
def plain_noop() -> None:
    """Do nothing, on plain Celery."""
    note()


@plain.task(name="bench.plain_pickup")
def plain_pickup(sent: float) -> None:
    """Note how long ago it was sent, on plain Celery."""
    note(f"{time.time() - sent:.6f}\n".encode(), "pickups")


@tasks.task(name="bench.noop")
def noop() -> None:
    """Do nothing, with a row in the ledger."""
    note()


@tasks.task(name="bench.pickup")
def pickup(sent: float) -> None:
    """Note how long ago it was sent."""
    note(f"{time.time() - sent:.6f}\n".encode(), "pickups")


@tasks.identify
def who() -> str | None:
    """Return a different user for each watcher."""
    return request.headers.get("X-User") if request else None


def create_app() -> Flask:
    """Create the app."""
    app = Flask("bench", instance_path=str(FOLDER))
    app.config["SECRET_KEY"] = secrets.token_hex()
    url = os.environ.get("BENCH_DATABASE") or f"sqlite:///{FOLDER / 'app.sqlite'}"
    app.config["DATABASE_URL"] = url
    app.config["TASKS_BROKER_URL"] = os.environ.get("BENCH_BROKER", "")
    # A broker would lose nothing here: what waits in it is not lost.
    app.config["TASKS_RESEND_AFTER"] = 600.0
    db.init_app(app)
    tasks.init_app(app)
    app.add_url_rule("/ping", view_func=lambda: "pong")
    return app


def main() -> None:
    """Run a command of the site, as `carboy` would."""
    app = create_app()
    with app.app_context():
        AppGroup(commands=app.cli.commands)(args=sys.argv[1:], prog_name="bench")


if __name__ == "__main__":
    main()
