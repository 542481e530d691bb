"""Write the entry of an idempotency key in the transaction of the request's effect."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pkgutil import resolve_name
from typing import Any

from flask import Flask

from carboy.stores import Store


def make_commit_watcher(
    app: Flask, get_store: Callable[[], Store]
) -> Callable[[str, Callable[[], bytes], int], AbstractContextManager[None]]:
    """Return a function that stores a value with each commit inside of its block.

    It does so if the store is a table of the site's database; otherwise nothing.
    """

    @contextmanager
    def watch(
        key: str, make_value: Callable[[], bytes], seconds: int
    ) -> Iterator[None]:
        store: Any = get_store()
        table: Any = getattr(store, "store", None)
        database: Any = app.extensions.get("sqlalchemy")
        engine = getattr(database, "engine", None)
        if engine is None or not _is_table_of(table, engine):
            yield
            return

        def store_value(session: Any) -> None:
            connection = session.connection(bind_arguments={"bind": engine})
            table.set_within(connection, store.prefix + key, make_value(), seconds)

        # Imported here: APIs work without SQLAlchemy.
        event = resolve_name("sqlalchemy.event")
        session = database.session()
        event.listen(session, "before_commit", store_value)
        try:
            yield
        finally:
            event.remove(session, "before_commit", store_value)

    return watch


def _is_table_of(store: Any, engine: Any) -> bool:
    return hasattr(store, "set_within") and store.uses_engine(engine)
