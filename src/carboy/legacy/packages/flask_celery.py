"""Flask-Celery-Helper: a Celery that is bound to an app with `init_app`."""

from typing import Any

from flask import Flask, has_app_context

from carboy.legacy.rows import Row
from carboy.tasks import Tasks


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


def _row(package: str, gone: str) -> Row:
    return Row(
        f"{package}.Celery",
        gone,
        "carboy.legacy.packages.flask_celery:make_celery",
        "from carboy.tasks import Tasks; tasks = Tasks(); celery = tasks.celery",
        module=package,
    )


MODULES = ("flask_celery", "flask_celery_helper")
ROWS = (
    _row("flask_celery", "Celery 4 (its last release is of 2017)"),
    _row("flask_celery_helper", "Celery 4 (its last release is of 2017)"),
)
