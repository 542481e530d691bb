"""The site of the proofs: many rows, one action that counts, a task, and one user."""

import os
import secrets
from pathlib import Path

from flask.cli import AppGroup
from sqlalchemy.orm import Mapped, mapped_column

from carboy import Carboy, Settings
from carboy.admin import Admin
from carboy.auth import Auth, UserModel, policy
from carboy.db import SQLAlchemy
from carboy.tasks import Tasks

db, tasks, admin = SQLAlchemy(), Tasks(), Admin()


class User(UserModel, db.Model):
    """Who asks for the action."""


class Job(db.Model):
    """A failed job, which the action tries again."""

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="failed", index=True)
    attempts: Mapped[int] = mapped_column(default=0)


class Charge(db.Model):
    """That a run was executed: a row each time."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(index=True)


@tasks.task(name="shop.charge")
def charge(number: int) -> None:
    """Write that it was executed, in the transaction of its end."""
    db.session.add(Charge(number=number))
    db.session.commit()


@policy("admin")
def may_use(user: User) -> bool:
    """Let the only user do everything."""
    return user.email == "boss@shop.example"


@admin.action(Job, "Try again")
def retry(job: Job) -> None:
    """Change what the filter of the action is about."""
    job.state, job.attempts = "waiting", job.attempts + 1


def create_app() -> Carboy:
    """Make the site in the folder and the database of the environment."""
    folder = Path(os.environ["PROOF_FOLDER"])
    environ = {
        "CARBOY_PROFILE": "testing",
        "SECRET_KEY": secrets.token_hex(),
        "DATABASE_URL": os.environ["PROOF_DATABASE"],
        "LOG_LEVEL": "CRITICAL",
        "TASKS_RUN_NOW": "false",
        "TASKS_LOST_AFTER": "3",
    }
    settings = Settings.load({}, root=folder, environ=environ)
    app = Carboy("proof", settings=settings, instance_path=str(folder))
    app.use(db, tasks, Auth(model=User), admin)
    return app


def main() -> None:
    """Run a command of the site."""
    app = create_app()
    with app.app_context():
        AppGroup(commands=app.cli.commands)(prog_name="proof")


if __name__ == "__main__":
    main()
