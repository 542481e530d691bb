"""MySQL and MariaDB as a site needs them: statements that end, tables that get made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Engine, event


def tune_mysql(engine: Engine, seconds: float) -> None:
    """Let no statement take longer than `seconds`; 0 sets no limit."""
    dialect: Any = engine.dialect
    dialect.ddl_compiler = _with_plain_checks(dialect.ddl_compiler)
    if seconds:
        _limit(engine, seconds)


def _with_plain_checks(compiler: Any) -> Any:
    """Leave the name off a check that stands in its column, where MariaDB allows none.

    The naming convention gives one to each; such a check goes with its column.
    """

    class PlainChecks(compiler):  # type: ignore[misc]  # known when it runs
        def visit_column_check_constraint(
            self, constraint: CheckConstraint, **options: Any
        ) -> str:
            if self.dialect.is_mariadb:
                text: str = self.define_check_body(constraint, **options)
            else:
                text = super().visit_column_check_constraint(constraint, **options)
            return text

    return PlainChecks


def _limit(engine: Engine, seconds: float) -> None:
    def connected(connection: Any, _record: object) -> None:
        maria = "MariaDB" in connection.get_server_info()
        limit = (
            f"max_statement_time={seconds}"
            if maria
            else f"max_execution_time={int(seconds * 1000)}"
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION {limit}")

    event.listen(engine, "connect", connected)
