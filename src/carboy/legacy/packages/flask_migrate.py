"""Flask-Migrate: `Migrate`, and the `MigrateCommand` that it had until version 3."""

from pkgutil import resolve_name
from typing import Any

from carboy.legacy.rows import Row, rows_of, same_names

_ACTIONS = (
    "init migrate upgrade downgrade revision merge stamp show history heads current"
    " branches check"
)

MODULES = ("flask_migrate", "flask_migrate.cli")
ROWS = (
    *rows_of(
        "flask_migrate",
        "",
        same_names("carboy.db", "Migrate")
        | same_names("carboy.db.migrations.actions", _ACTIONS),
    ),
    Row(
        "flask_migrate.MigrateCommand",
        "Flask-Migrate 3",
        "carboy.legacy.packages.flask_migrate:MIGRATE_COMMAND",
        "from carboy.db import MigrateCommand",
        module="flask_migrate",
    ),
    *rows_of("flask_migrate.cli", "", {"db": "carboy.db:MigrateCommand"}),
)


def __getattr__(name: str) -> Any:
    """Return the commands of the Flask-Migrate that is used, installed or ours."""
    if name != "MIGRATE_COMMAND":
        raise AttributeError(name)
    return resolve_name("flask_migrate.cli:db")
