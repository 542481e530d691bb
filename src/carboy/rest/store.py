"""The store of idempotency keys and limits, which all processes of a site share."""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from carboy.stores import PrefixedStore, Store, open_site_store

STORE_TABLE = "carboy_rest"


def make_store_getter(app: Flask, url: str) -> Callable[[], Store]:
    """Return a function that opens the store of an app once, when it is needed."""
    opened: list[Store] = []
    lock = threading.Lock()

    def find_engine() -> Any:
        # Asked of the app, as APIs work without SQLAlchemy.
        return getattr(app.extensions.get("sqlalchemy"), "engine", None)

    def get_store() -> Store:
        with lock:
            if not opened:
                store = open_site_store(url, find_engine, STORE_TABLE)
                opened.append(PrefixedStore(store, "rest:"))
        return opened[0]

    return get_store
