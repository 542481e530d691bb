"""The site whose processes are killed: each task writes a row and logs its end."""

import os
import secrets
import sys
import time
from pathlib import Path

from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.tasks import Tasks, progress

LONG_SECONDS = 0.2
# With `-m` the module would be imported twice, because the package imports it too.
PROGRAM = "from lib.crash.site import main; main()"
DATABASE = "app.sqlite"

db = SQLAlchemy()
tasks = Tasks()


class Effect(db.Model):
    """The effect of a task, which must exist exactly once."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(index=True)


def _log_end(number: int) -> None:
    path = Path(os.environ["CRASH_FOLDER"]) / "ends"
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(fd, f"{number}\n".encode())
    os.close(fd)


@tasks.task(name="crash.short")
def short(number: int) -> None:
    """Take a millisecond."""
    time.sleep(0.001)
    db.session.add(Effect(number=number))
    _log_end(number)


@tasks.task(name="crash.long")
def long(number: int) -> None:
    """Take long enough to be killed while it runs."""
    time.sleep(LONG_SECONDS)
    db.session.add(Effect(number=number))
    _log_end(number)


@tasks.task(name="crash.watched")
def watched(seconds: float) -> None:
    """Report progress for a while."""
    for done in range(100):
        progress(done, 100)
        time.sleep(seconds / 100)


def create_app() -> Flask:
    """Create the app in the folder of the trial."""
    folder = os.environ["CRASH_FOLDER"]
    app = Flask("crash", instance_path=folder)
    app.config["TASKS_BROKER_URL"] = os.environ.get("CRASH_BROKER", "")
    app.config["DATABASE_URL"] = f"sqlite:///{Path(folder) / DATABASE}"
    app.config["TASKS_RESTART_AFTER"] = 0
    app.config["TASKS_STREAMS"] = 1000
    app.config["SECRET_KEY"] = secrets.token_hex()
    db.init_app(app)
    tasks.init_app(app)
    app.add_url_rule("/ping", view_func=lambda: "pong")
    return app


def main() -> None:
    """Run a command of the site, as `carboy` would."""
    app = create_app()
    with app.app_context():
        db.create_all()
        group = AppGroup(commands=app.cli.commands)
        group(args=sys.argv[1:], prog_name="crash")
