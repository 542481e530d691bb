"""MySQL and MariaDB as a site needs them: statements that end, tables that get made."""

from sqlalchemy import CheckConstraint, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.sql.compiler import DDLCompiler


def configure_mysql(engine: Engine, seconds: float) -> None:
    """Limit each statement to `seconds`; 0 sets no limit."""
    dialect = engine.dialect
    dialect.ddl_compiler = _without_check_names(dialect.ddl_compiler)
    if seconds:
        _limit(engine, seconds)


def _without_check_names(compiler: type[DDLCompiler]) -> type[DDLCompiler]:
    """Leave the name off a check that stands in its column, where MariaDB allows none.

    The naming convention gives one to each; such a check goes with its column.
    """

    class UnnamedChecks(compiler):  # type: ignore[misc, valid-type]  # known when it runs
        def visit_column_check_constraint(
            self, constraint: CheckConstraint, **options: object
        ) -> str:
            text: str
            if not self.dialect.is_mariadb:
                text = super().visit_column_check_constraint(constraint, **options)
            elif hasattr(self, "define_check_body"):
                text = self.define_check_body(constraint, **options)
            else:
                # SQLAlchemy 2.0: the name is before the body, and MariaDB has no more.
                text = super().visit_column_check_constraint(constraint, **options)
                text = text[text.index("CHECK (") :]
            return text

    return UnnamedChecks


def _limit(engine: Engine, seconds: float) -> None:
    def on_connect(connection: DBAPIConnection, _record: object) -> None:
        maria = "MariaDB" in connection.get_server_info()
        limit = (
            f"max_statement_time={seconds}"
            if maria
            else f"max_execution_time={int(seconds * 1000)}"
        )
        cursor = connection.cursor()
        cursor.execute(f"SET SESSION {limit}")
        cursor.close()

    event.listen(engine, "connect", on_connect)
