"""The models of modules: tables that belong to no `SQLAlchemy` object of a site."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask, has_app_context

from carboy.core import Check, get_current_app, registry_of


def list_module_metadatas(app: Flask) -> list[sa.MetaData]:
    """Return the tables of the modules of an app, in the order of installation."""
    return [base.metadata for base in registry_of(app).models.values()]


def find_module_database(base: type[Any]) -> Any:
    """Return the `SQLAlchemy` object of the site at work if `base` is of a module."""
    if not has_app_context():
        return None
    app = get_current_app()
    if base not in registry_of(app).models.values():
        return None
    return app.extensions["sqlalchemy"]


def check_table_names(app: Flask, metadata: sa.MetaData) -> Iterator[Check]:
    """Check that no two of the site and its modules declare the same table."""
    owners = dict.fromkeys(metadata.tables, "the site")
    for module, base in registry_of(app).models.items():
        for name in base.metadata.tables:
            owner = owners.setdefault(name, f"the module {module}")
            if owner != f"the module {module}":
                yield Check(
                    "db.E001",
                    f"The table {name!r} is declared by {owner} and by the module "
                    f"{module}.",
                    f'Set __table_prefix__ = "{module}_" in the base of the models of '
                    f"{module}, or rename the model that is yours.",
                )
