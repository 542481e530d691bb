"""Flask-Celery-Helper: a Celery that is bound to an app with `init_app`."""

from functools import cache, partial, wraps
from hashlib import blake2b
from secrets import token_bytes
from typing import Any

from flask import Flask, has_app_context

from carboy.legacy.rows import Row, rows_of
from carboy.stores import MemoryStore, Store, open_redis
from carboy.tasks import Tasks

_HERE = "carboy.legacy.packages.flask_celery"
_HOUR = 3600
_LOCKS = MemoryStore()


def make_celery(app: Flask | None = None) -> Any:
    """Return a Celery of `carboy.tasks` with the method `init_app`."""
    tasks = Tasks()
    celery = tasks.celery
    apps: list[Flask] = []

    call = celery.Task.__call__

    def call_in_context(task: Any, *args: Any, **options: Any) -> Any:
        if has_app_context() or not apps:
            return call(task, *args, **options)
        with apps[0].app_context():
            return call(task, *args, **options)

    own = {"__call__": call_in_context, "abstract": True, "__module__": __name__}
    celery.Task = type("ContextTask", (celery.Task,), own)

    def init_app(site: Flask) -> None:
        apps[:] = [site]
        tasks.init_app(site)

    celery.init_app = init_app
    if app is not None:
        init_app(app)
    return celery


class OtherInstanceError(Exception):
    """Raised by a task that runs already."""


def single_instance(
    func: Any = None, lock_timeout: int | None = None, include_args: bool = False
) -> Any:
    """Run a task once at a time; a second run raises OtherInstanceError."""
    if func is None:
        return partial(
            single_instance, lock_timeout=lock_timeout, include_args=include_args
        )

    @wraps(func)
    def run(self: Any, *args: Any, **options: Any) -> Any:
        seconds = lock_timeout or self.soft_time_limit or self.time_limit or _HOUR
        key = f"{self.name}{args!r}{sorted(options.items())!r}" if include_args else ""
        lock = f"legacy.single_instance.{self.name}.{blake2b(key.encode()).hexdigest()}"
        store = _open_locks(self.app.conf)
        token = token_bytes(16)
        if not store.add(lock, token, seconds):
            msg = f"Failed to acquire lock, {self.name} already running."
            raise OtherInstanceError(msg)
        try:
            return func(self, *args, **options)
        finally:
            if store.get(lock) == token:
                store.delete(lock)

    return run


def _open_locks(conf: Any) -> Store:
    """Return the store of locks: Redis if the tasks use it, else this process."""
    for name in ("CELERY_TASK_LOCK_BACKEND", "result_backend", "broker_url"):
        url = conf.get(name) or ""
        if str(url).startswith(("redis://", "rediss://")):
            return _open_redis(url)
    return _LOCKS


@cache
def _open_redis(url: str) -> Store:
    return open_redis(url)


def _row(package: str, gone: str) -> Row:
    return Row(
        f"{package}.Celery",
        gone,
        "carboy.legacy.packages.flask_celery:make_celery",
        "from carboy.tasks import Tasks; tasks = Tasks(); celery = tasks.celery",
        module=package,
    )


_GONE = "Celery 4 (its last release is of 2017)"
MODULES = ("flask_celery", "flask_celery_helper")
ROWS = (
    _row("flask_celery", _GONE),
    _row("flask_celery_helper", _GONE),
    *(
        row
        for package in MODULES
        for name, edit in (
            ("single_instance", "Tasks.task(unique=…) of carboy.tasks"),
            ("OtherInstanceError", "no exception: the second run is not queued"),
        )
        for row in rows_of(package, _GONE, {name: f"{_HERE}:{name}"}, edit)
    ),
)
