"""Celery's old modules, and settings of which some have old names and some new ones."""

import sys
from collections.abc import Callable
from functools import wraps
from pkgutil import resolve_name
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row, rows_of, same_names
from carboy.legacy.uses import record_use

SETTINGS = Row(
    "CELERY_TASK_SERIALIZER beside broker_url",
    "Celery 4 (it refuses old and new names together)",
    "old names are read as the new ones",
    "task_serializer, as all settings are called in lower case now",
)
ORDER = Row(
    "celery worker --app=app.celery",
    "Celery 5.0",
    "works wherever Carboy is installed",
    "celery --app=app.celery worker",
)


def _wrap_detection(detect: Callable[..., Any]) -> Callable[..., Any]:
    new_names = vars(sys.modules["celery.app.utils"])["_TO_NEW_KEY"]

    @wraps(detect)
    def read(conf: Any, *args: Any, **options: Any) -> Any:
        keys = [*(conf or ())]
        old = [key for key in keys if key in new_names and new_names[key] != key]
        is_mixed = old and any(key in new_names.values() for key in keys)
        if is_mixed:
            record_use(SETTINGS)
            for key in old:
                conf[new_names[key]] = conf.pop(key)
        return detect(conf, *args, **options)

    return read


def periodic_task(run_every: Any = None, **options: Any) -> Any:
    """Make a function a task that runs at these times."""

    def make(function: Any) -> Any:
        celery = resolve_name("celery")
        task = celery.shared_task(**options)(function)

        def schedule(sender: Any, **_: Any) -> None:
            sender.add_periodic_task(run_every, task.s(), name=task.name)

        app = celery.current_app._get_current_object()
        app.on_after_finalize.connect(schedule, weak=False)
        return task

    return make


def inspect(*args: Any, **options: Any) -> Any:
    """Return what asks workers for their tasks."""
    return resolve_name("celery:current_app").control.inspect(*args, **options)


def revoke(task_id: str, *args: Any, **options: Any) -> Any:
    """Cancel a run by its id."""
    return resolve_name("celery:current_app").control.revoke(task_id, *args, **options)


def discard_all(*args: Any, **options: Any) -> Any:
    """Delete all tasks that wait."""
    return resolve_name("celery:current_app").control.purge(*args, **options)


def _apply(patches: Patches) -> None:
    module: Any = sys.modules["celery.app.utils"]
    detect = _wrap_detection(module.detect_settings)
    patches.set(module, "detect_settings", detect)
    user = sys.modules.get("celery.app.base")
    if user is not None:
        patches.set(user, "detect_settings", detect)


HOOKS = {"celery.app.utils": _apply}
_HERE = "carboy.legacy.names.celery_names"
_GONE = "Celery 5.0"
MODULES = (
    "celery.task",
    "celery.decorators",
    "celery.task.base",
    "celery.task.control",
    "celery.task.schedules",
    "celery.task.sets",
)
_CONTROL = {name: f"{_HERE}:{name}" for name in ("inspect", "revoke", "discard_all")}
ROWS = (
    SETTINGS,
    ORDER,
    *(
        row
        for module in ("celery.task", "celery.decorators", "celery.task.base")
        for row in (
            *rows_of(module, _GONE, {"task": "celery:shared_task"}),
            *rows_of(module, _GONE, {"Task": "celery:Task"}),
            *rows_of(
                module,
                _GONE,
                {"periodic_task": f"{_HERE}:periodic_task"},
                "app.add_periodic_task(schedule, task.s())",
            ),
        )
    ),
    *rows_of("celery.task", _GONE, same_names("celery", "chord group")),
    *rows_of(
        "celery.task",
        _GONE,
        {"subtask": "celery:signature"},
        "from celery import signature",
    ),
    *rows_of("celery.task.sets", _GONE, {"subtask": "celery:signature"}),
    *rows_of("celery.task.sets", _GONE, {"TaskSet": "celery:group"}),
    *rows_of("celery.task.schedules", _GONE, same_names("celery.schedules", "crontab")),
    *rows_of("celery.task.control", _GONE, _CONTROL, "app.control.inspect()"),
)
