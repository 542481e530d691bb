"""The settings of the tasks battery."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from carboy.core import Section, setting
from carboy.errors import SettingsError

DAY = 86400.0


class TaskSettings(Section, frozen=True, kw_only=True):
    """Where messages go, how workers work, and how long runs are kept."""

    prefix: ClassVar[str] = "TASKS"
    obsolete: ClassVar[Mapping[str, str]] = {
        "CELERY_SEND_TASK_ERROR_EMAILS": "Celery 4 removed it. Remove it; failures are "
        "in the log and on the pages below /-/tasks/.",
        "CELERY_TASK_ERROR_WHITELIST": "Celery 4 removed it. Remove it.",
        "CELERYD_FORCE_EXECV": "Celery 4 removed it. Remove it.",
    }

    broker_url: Annotated[
        str,
        setting(
            "URL of the broker: redis://, redis+sentinel://, amqp://. Empty means that "
            "workers claim runs from the database, which needs no other service.",
            old=("CELERY_BROKER_URL", "BROKER_URL"),
            secret=True,
        ),
    ] = ""
    result_backend: Annotated[
        str,
        setting(
            "Where Celery keeps results as well; each run's row has its own anyway.",
            old=("CELERY_RESULT_BACKEND", "RESULT_BACKEND"),
            secret=True,
        ),
    ] = ""
    queue: Annotated[
        str,
        setting(
            "Queue of tasks that name none.",
            old=("CELERY_TASK_DEFAULT_QUEUE", "CELERY_DEFAULT_QUEUE"),
        ),
    ] = "default"
    pool: Annotated[
        Literal["prefork", "threads", "gevent", "solo"],
        setting("How a worker runs tasks side by side.", old=("CELERY_WORKER_POOL",)),
    ] = "prefork"
    concurrency: Annotated[
        int,
        setting(
            "How many tasks a worker runs at a time; 0 means one for each core.",
            old=("CELERY_WORKER_CONCURRENCY", "CELERYD_CONCURRENCY"),
            ge=0,
        ),
    ] = 0
    soft_time_limit: Annotated[
        float,
        setting(
            "Seconds after which a task is interrupted by an exception; 0 is never.",
            old=("CELERY_TASK_SOFT_TIME_LIMIT", "CELERYD_TASK_SOFT_TIME_LIMIT"),
            ge=0,
        ),
    ] = 3600.0
    time_limit: Annotated[
        float,
        setting(
            "Seconds after which the process of a task is killed; 0 is never.",
            old=("CELERY_TASK_TIME_LIMIT", "CELERYD_TASK_TIME_LIMIT"),
            ge=0,
        ),
    ] = 3900.0
    restart_after: Annotated[
        int,
        setting(
            "Tasks after which a pool process is replaced; 0 is never.",
            old=("CELERY_WORKER_MAX_TASKS_PER_CHILD", "CELERYD_MAX_TASKS_PER_CHILD"),
            ge=0,
        ),
    ] = 2000
    restart_above_mb: Annotated[
        int,
        setting(
            "Memory above which a pool process is replaced after its task; 0 is never.",
            ge=0,
        ),
    ] = 512
    max_deliveries: Annotated[
        int,
        setting("How often a task may take its worker down before it is dead.", ge=1),
    ] = 5
    keep_results: Annotated[
        float,
        setting(
            "Seconds for which finished runs are kept.",
            old=("CELERY_RESULT_EXPIRES", "CELERY_TASK_RESULT_EXPIRES"),
            ge=0,
        ),
    ] = 7 * DAY
    keep_errors: Annotated[
        float, setting("Seconds for which failed and dead runs are kept.", ge=0)
    ] = 30 * DAY
    resend_after: Annotated[
        float,
        setting(
            "Seconds after which the message of a run that nobody began is sent again.",
            ge=0.5,
        ),
    ] = 5.0
    lost_after: Annotated[
        float,
        setting(
            "Seconds without a sign of life after which a worker on another machine "
            "counts as dead.",
            ge=2,
        ),
    ] = 10.0
    missed: Annotated[
        Literal["once", "all", "skip"],
        setting("What becomes of scheduled times at which no scheduler ran."),
    ] = "once"
    timezone: Annotated[
        str,
        setting("Time zone of `cron` schedules.", old=("CELERY_TIMEZONE",)),
    ] = "UTC"
    run_now: Annotated[
        bool,
        setting(
            "Run each task in the process that asks for it, after its commit.",
            old=("CELERY_TASK_ALWAYS_EAGER", "CELERY_ALWAYS_EAGER"),
        ),
    ] = False
    console: Annotated[bool, setting("Answer the pages below /-/tasks/.")] = True
    streams: Annotated[
        int, setting("How many live streams one person may hold open.", ge=0)
    ] = 6
    celery: Annotated[
        dict[str, Any],
        setting("More options for Celery, by its own lower-case names."),
    ] = {}  # noqa: RUF012 - sections are frozen, and msgspec copies it

    def __post_init__(self) -> None:
        """Refuse limits of which the first would put off the second."""
        if 0 < self.time_limit <= self.soft_time_limit:
            msg = (
                f"TASKS_TIME_LIMIT ({self.time_limit:g} s) must be longer than "
                f"TASKS_SOFT_TIME_LIMIT ({self.soft_time_limit:g} s): a task is to be "
                f"interrupted before its process is killed. Set TASKS_SOFT_TIME_LIMIT "
                f"to less, or to 0 for none."
            )
            raise SettingsError(msg)
