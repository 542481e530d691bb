"""What Celery is set to: safe defaults, and whatever a site wrote in any spelling."""

from collections.abc import Iterator, Mapping
from typing import Any

from carboy.tasks.broker.address import (
    HIGHEST_PRIORITY,
    find_broker,
    is_sentinel,
    read_options,
)
from carboy.tasks.settings import TaskSettings

_KB_IN_MB = 1024

# What the battery itself decides; another value would lose runs or run code from
# the broker.
_FIXED = {
    "accept_content": ["json"],
    "task_serializer": "json",
    "result_serializer": "json",
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_always_eager": False,
}
_JSON = (
    "Tasks are sent as JSON: pass numbers, texts, lists and dictionaries, such as the "
    "id of a row. Then remove the setting."
)
_LATE = (
    "A run is acknowledged when it has ended, so that none is lost when a worker is "
    "killed. Remove the setting."
)
# What the battery does instead of what a site asks for.
_ADVICE = {
    "accept_content": _JSON,
    "task_serializer": _JSON,
    "result_serializer": "Results are kept as JSON. Remove the setting.",
    "task_acks_late": _LATE,
    "task_reject_on_worker_lost": _LATE,
}


def make_conf(settings: TaskSettings, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return Celery's configuration by its new names only, so that none can clash."""
    conf = _defaults(settings)
    conf |= find_celery_keys(config)
    conf |= settings.celery
    conf |= _FIXED
    conf["broker_url"] = find_broker(settings)
    conf["result_backend"] = find_backend(settings)
    options = _transport_options(conf)
    if is_sentinel(settings.broker_url):
        options = read_options(settings.broker_url) | options
    conf["broker_transport_options"] = options
    return conf


def find_backend(settings: TaskSettings) -> str:
    """Return Celery's result backend: the ledger, or the one that the site sets."""
    return settings.result_backend or "carboy.tasks.celery.backend:LedgerBackend"


def find_celery_keys(config: Mapping[str, Any]) -> dict[str, Any]:
    """Collect Celery's own settings from `app.config`, by their new names."""
    # Those that are fields of our own section are read, and mirrored, there.
    own = {key for each in TaskSettings.fields() for key in each.keys}
    keys = {}
    for key, value in config.items():
        name = None if key in own else _new_name(key)
        if name is not None and value is not None:
            keys[name] = value
    return keys


def list_overridden(config: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Yield each setting of Celery that has another value than the battery's own.

    Each comes with what the battery does instead.
    """
    for key, value in config.items():
        name = _new_name(key) if value is not None else None
        advice = _ADVICE.get(name or "")
        if advice and not _is_fixed_value(_FIXED[str(name)], value):
            yield key, value, advice


def _is_fixed_value(fixed: object, value: Any) -> bool:
    if isinstance(fixed, bool):
        return fixed is (str(value).lower() in {"true", "1", "yes", "on"})
    kinds = {value} if isinstance(value, str) else {*value}
    return kinds <= {"json", "application/json"}


def _new_name(key: str) -> str | None:
    from celery.app.defaults import _TO_NEW_KEY, SETTING_KEYS  # noqa: PLC0415 - it takes long

    if key in _TO_NEW_KEY:
        return str(_TO_NEW_KEY[key])
    if not key.isupper():
        return None
    for name in (key.lower(), key.removeprefix("CELERY_").lower()):
        # One-word names such as `timezone` or `include` may be the site's own.
        if name in SETTING_KEYS and ("_" in name or key.startswith("CELERY_")):
            return str(name)
    return None


def _defaults(settings: TaskSettings) -> dict[str, Any]:
    conf: dict[str, Any] = {
        "task_default_queue": settings.queue,
        "task_create_missing_queues": True,
        "task_acks_on_failure_or_timeout": True,
        "task_track_started": False,
        "task_ignore_result": False,
        "task_soft_time_limit": settings.soft_time_limit or None,
        "task_time_limit": settings.time_limit or None,
        "task_publish_retry": False,
        "worker_prefetch_multiplier": 1,
        "worker_pool": settings.pool,
        "worker_concurrency": settings.concurrency or None,
        "worker_max_tasks_per_child": settings.restart_after or None,
        "worker_max_memory_per_child": settings.restart_above_mb * _KB_IN_MB or None,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_send_task_events": False,
        "worker_consumer": "carboy.tasks.celery.consumer:LedgerConsumer",
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_connection_timeout": 2.0,
        "result_expires": settings.keep_results,
        "timezone": settings.timezone,
        "enable_utc": True,
        "beat_scheduler": "carboy.tasks.celery.beat:LedgerScheduler",
    }
    if settings.broker_url.startswith(("amqp", "pyamqp")):
        conf["task_queue_max_priority"] = HIGHEST_PRIORITY
    if not settings.broker_url:
        conf["worker_enable_remote_control"] = False
    return conf


def _transport_options(conf: dict[str, Any]) -> dict[str, Any]:
    options = dict(conf.get("broker_transport_options") or {})
    url = conf["broker_url"]
    if url.startswith(("redis", "sentinel", "unix")):
        # What is held too long comes back early: a second ring for a run that is
        # at work finds its claim, and does nothing.
        return {
            "visibility_timeout": 60,
            "priority_steps": list(range(HIGHEST_PRIORITY + 1)),
            "queue_order_strategy": "priority",
            "socket_connect_timeout": 1.0,
            # Else a request waits for two seconds before it finds that the broker is
            # still away; a worker waits in its own way, see `LedgerConsumer`.
            "max_retries": 0,
            "socket_keepalive": True,
            "health_check_interval": 10,
        } | options
    return options
