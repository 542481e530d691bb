"""Import names from Celery 5."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="celery-names",
    title="Import names from Celery 5",
    why="Celery 5.0 removed celery.task and celery.decorators.",
    package="celery",
    since="5.0",
    words=("celery",),
    check=moved_names(
        {
            "celery.task.task": "celery.shared_task",
            "celery.decorators.task": "celery.shared_task",
            "celery.task.Task": "celery.Task",
            "celery.task.base.Task": "celery.Task",
            "celery.task.subtask": "celery.signature",
            "celery.task.sets.subtask": "celery.signature",
            "celery.subtask": "celery.signature",
            "celery.task.chord": "celery.chord",
            "celery.task.group": "celery.group",
            "celery.task.sets.TaskSet": "celery.group",
            "celery.task.schedules.crontab": "celery.schedules.crontab",
            "celery.utils.encoding.safe_str": "kombu.utils.encoding.safe_str",
            "celery.utils.encoding.safe_repr": "kombu.utils.encoding.safe_repr",
        },
        {
            "celery.task.schedules": "celery.schedules",
        },
    ),
    examples=(
        (
            "from celery.task import task\n\n\n@task\ndef add(a, b): ...\n",
            "from celery import shared_task\n\n\n@shared_task\ndef add(a, b): ...\n",
        ),
    ),
)
