"""`Migrate(app, db)`: what Flask-Migrate's class is told, kept for the commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from carboy.core import AppState
from carboy.db.lazy_commands import make_group

Configure = Callable[[Any], Any]


class Migrate:
    """How the migrations of an app are made and run.

    A site that uses `SQLAlchemy` has the `db` commands already. This is for options
    (`Migrate(app, db, directory="schema")`; any other goes to Alembic's
    `context.configure`) and for code that was written for Flask-Migrate.
    """

    def __init__(
        self,
        app: Flask | None = None,
        db: Any = None,
        directory: str | None = None,
        command: str = "db",
        **options: Any,
    ) -> None:
        self.db = db
        self.directory = directory
        self.command = command
        self.configure_args: dict[str, Any] = options
        self.configure_callbacks: list[Configure] = []
        if app is not None:
            self.init_app(app)

    def init_app(
        self,
        app: Flask,
        db: Any = None,
        directory: str | None = None,
        command: str | None = None,
        **options: Any,
    ) -> None:
        """Use this for the migrations of `app`."""
        self.db = db or self.db or app.extensions.get("sqlalchemy")
        self.directory = directory or self.directory
        self.command = command or self.command
        self.configure_args = self.configure_args | options
        _migrate.set(app, self)
        if self.command not in app.cli.commands:
            app.cli.add_command(make_group(self.command))

    def configure(self, function: Configure) -> Configure:
        """Call `function` with Alembic's `Config` before each command."""
        self.configure_callbacks.append(function)
        return function

    @property
    def migrate(self) -> Migrate:
        """This object, where an `env.py` of Flask-Migrate's looks for it."""
        return self


# The `env.py` of Flask-Migrate looks here.
_migrate: AppState[Migrate] = AppState("migrate")


def migrate_of(app: Flask) -> Migrate:
    """Return how the migrations of `app` are told to be made."""
    return _migrate.of(app)


def find_migrate(app: Flask) -> Migrate | None:
    """Return the object that `app` was set up with, if any."""
    return _migrate.find(app)
