"""Connections that commit at once what they write, as those of SQLAlchemy 1 did."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import ExecutableDDLElement

from carboy.db import Connection1x, Engine1x, report_1x_uses_to
from carboy.legacy.uses import record_use

from .sqlalchemy_engine import AUTOCOMMIT, report_core_use

_WRITES = (sa.Insert, sa.Update, sa.Delete, ExecutableDDLElement)


class AutocommitConnection(Connection1x):
    """A connection that commits each statement, unless a transaction was begun."""

    _is_implicit = False

    def execute(
        self,
        statement: object,
        parameters: object = None,
        *more: object,
        **options: object,
    ) -> Any:
        """Execute a statement; see SQLAlchemy."""
        is_free = not self.in_transaction()
        result = super().execute(statement, parameters, *more, **options)
        if is_free and isinstance(statement, _WRITES) and self.in_transaction():
            record_use(AUTOCOMMIT)
            if not result.returns_rows:
                self.commit()
        return result

    def begin(self) -> Any:
        """Begin a transaction; what was only read before is no part of it."""
        if self._is_implicit and self.in_transaction():
            self.commit()
        self._is_implicit = False
        return super().begin()

    def _autobegin(self) -> None:
        super()._autobegin()
        self._is_implicit = True


class AutocommitEngine(Engine1x):
    """An engine whose connections are those of SQLAlchemy 1."""

    _connection_cls = AutocommitConnection


def make_old_engine(engine: sa.Engine) -> sa.Engine:
    """Change an engine so that it works as in SQLAlchemy 1."""
    report_1x_uses_to(report_core_use)
    if type(engine) is sa.Engine:
        engine.__class__ = AutocommitEngine
    return engine
