"""If this passes, the rule `celery-names` edits old names, and nothing else."""

from carboy.upgrade.rules.celery_names import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from celery.decorators import task as t\n",
        "from celery import shared_task as t\n",
    ),
    (
        "from celery.task.schedules import crontab\n",
        "from celery.schedules import crontab\n",
    ),
]
UNCHANGED = [
    "from celery import shared_task\n",
    "try:\n    from celery.task import task\nexcept ImportError:\n    task = None\n",
    "# from celery.task import task\ntext = 'celery.task.task'\n",
    "from celery.task import task  # carboy: keep\n",
    "class task:\n    pass\n\n\ntask()\n",
    "def use(task):\n    return task.task\n",
    "from .celery.task import task\n",
    "import other as celery\n\ncelery.task.task\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
