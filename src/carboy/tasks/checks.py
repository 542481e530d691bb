"""What may be wrong with the settings of tasks."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check, check_obsolete, command_line

from .app_state import TasksState, tasks_state
from .broker.address import SCHEME
from .celery.config import list_overridden
from .settings import TaskSettings

_KNOWN = (
    "redis",
    "rediss",
    "sentinel",
    "amqp",
    "amqps",
    "pyamqp",
    "unix",
    SCHEME,
)


def check_site(app: Flask) -> Iterator[Check]:
    """Look for mistakes in the settings."""
    site = tasks_state.of(app)
    scheme = site.broker_url.partition(":")[0].partition("+")[0]
    is_development = app.debug or app.testing
    if scheme in {"memory", "filesystem", "sqla", "sqlalchemy", "db"}:
        level = "W001" if is_development else "E002"
        yield Check(
            f"tasks.{level}",
            f"TASKS_BROKER_URL is {scheme}://, which loses messages.",
            "Remove it: the ledger that is used then loses nothing.",
        )
    elif scheme not in _KNOWN or not _is_readable(site.broker_url):
        yield Check(
            "tasks.E001",
            f"TASKS_BROKER_URL begins with {scheme!r}, which is no broker.",
            "Write redis://host:6379/0, redis+sentinel://..., amqp://..., or nothing.",
        )
    elif scheme == "sentinel" and not _names_service(site):
        yield Check(
            "tasks.E004",
            "TASKS_BROKER_URL leads to Sentinel, and names no service it watches.",
            "Write it as the path: redis+sentinel://host:26379/mymaster/0.",
        )
    if site.run_now and not is_development:
        yield Check(
            "tasks.E003",
            "TASKS_RUN_NOW is on: each request waits for its tasks.",
            f"Switch it off outside of tests, and run `{command_line('worker')}`.",
        )
    yield from _check_old_settings(app)


def _check_old_settings(app: Flask) -> Iterator[Check]:
    """Name the settings of Celery that do nothing."""
    yield from check_obsolete(app.config, TaskSettings.obsolete, "tasks.W002")
    for name, value, advice in list_overridden(app.config):
        yield Check("tasks.W002", f"{name} is {value!r} and has no effect.", advice)


def _names_service(site: TasksState) -> bool:
    return "master_name" in site.celery.conf.broker_transport_options


def _is_readable(url: str) -> bool:
    from kombu import Connection  # noqa: PLC0415 - it takes long

    from .celery.transport import register  # noqa: PLC0415 - as above

    register()
    try:
        Connection(url)
    except (KeyError, ValueError):
        return False
    return True
