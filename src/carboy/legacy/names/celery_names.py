"""Celery's old modules, and settings of which some have old names and some new ones."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row, rows_of
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


def _apply(patches: Patches) -> None:
    module: Any = sys.modules["celery.app.utils"]
    detect = _wrap_detection(module.detect_settings)
    patches.set(module, "detect_settings", detect)
    user = sys.modules.get("celery.app.base")
    if user is not None:
        patches.set(user, "detect_settings", detect)


HOOKS = {"celery.app.utils": _apply}
MODULES = ("celery.task", "celery.decorators")
ROWS = (
    SETTINGS,
    ORDER,
    *(
        row
        for module in MODULES
        for row in (
            *rows_of(module, "Celery 5.0", {"task": "celery:shared_task"}),
            *rows_of(
                module,
                "Celery 5.0",
                {"Task": "celery:Task"},
            ),
        )
    ),
)
