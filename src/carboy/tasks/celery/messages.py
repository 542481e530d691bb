"""Turn a call of Celery's into a row, and a row into a message."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from carboy.site import request_id
from carboy.tasks.app_state import TasksState
from carboy.tasks.broker.address import DEFAULT_PRIORITY, HIGHEST_PRIORITY
from carboy.tasks.errors import TaskUsageError
from carboy.tasks.json_values import dumps, pack
from carboy.tasks.ledger.runs import NewRun, Run, RunRequest

# A message of ours bears it, so that one whose row is gone is told from a foreign one.
HEADER = "carboy_run"
# With the claim under which a run is to be executed.
CLAIM = "carboy_claim"

_LIMITS = ("soft_time_limit", "time_limit")
_LOCK_CHARACTERS = 255
_MAX_TEMPLATES = 100

# What has to survive until the message is sent, and for each time it is sent again.
_KEPT = (
    "link",
    "link_error",
    "chain",
    "chord",
    "group_id",
    "group_index",
    "time_limit",
    "soft_time_limit",
    "ignore_result",
    "shadow",
    "replaced_task_nesting",
    "exchange",
    "routing_key",
    "reply_to",
)


def make_run(  # noqa: PLR0917 - the parts of one call
    site: TasksState,
    name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    options: dict[str, Any],
    task: Any,
) -> NewRun:
    """Write down what a call asks for."""
    _check_limits(name, options, task)
    headers = dict(options.get("headers") or {})
    headers.pop(HEADER, None)
    stored = {key: options[key] for key in _KEPT if options.get(key) is not None}
    if headers:
        stored["headers"] = headers
    expires = _find_time(site, options.get("expires"))
    if expires is not None:
        stored["expires"] = expires
    secret = [at for at in getattr(task, "secret_positions", ()) if at < len(args)]
    if secret:
        stored["secret"] = secret
    countdown = options.get("countdown") or 0
    eta = options.get("eta")
    return NewRun(
        id=options.get("task_id") or str(uuid4()),
        task=name,
        queue=_queue_of(site, options, task),
        priority=_priority_of(options, task),
        args=pack(args, dict(kwargs)),
        options=dumps(stored),
        delay=float(countdown),
        due=_find_time(site, eta) if eta else None,
        mutex=find_lock(task, name, args, kwargs, options.get("unique")),
        who=site.who() if site.who else None,
        request_id=request_id(),
        parent=options.get("parent_id"),
        root=options.get("root_id"),
    )


def _check_limits(name: str, options: Mapping[str, Any], task: Any) -> None:
    """Refuse a soft limit that is over after the hard one, which it would put off."""
    own = [getattr(task, key, None) for key in _LIMITS]
    limits = [
        options.get(key, default) for key, default in zip(_LIMITS, own, strict=True)
    ]
    soft, hard = (float(each or 0) for each in limits)
    # Those of a task are counted as declared; a call must not loosen its own.
    if limits != own and hard and soft >= hard:
        msg = (
            f"soft_time_limit ({soft:g} s) of {name} must be shorter than time_limit "
            f"({hard:g} s): the second is counted from the end of the first. Pass both "
            f"in the call."
        )
        raise TaskUsageError(msg)


def find_lock(
    task: Any,
    name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    wanted: object = None,
) -> str | None:
    """Return the key that only one unfinished run may have, or None."""
    rule = wanted if wanted is not None else getattr(task, "unique", None)
    if rule is None or rule is False:
        return None
    if rule is True:
        key = pack(args, dict(kwargs))
    elif callable(rule):
        key = str(rule(*args, **kwargs))
    else:
        key = str(rule)
    lock = f"{name}:{key}"
    if len(lock) <= _LOCK_CHARACTERS:
        return lock
    return sha256(lock.encode()).hexdigest()


def turn_priority(priority: int, url: str) -> int:
    """Convert a priority to the broker's scale: for Redis, 0 comes first."""
    if url.startswith(("redis", "sentinel", "valkey", "unix")):
        return HIGHEST_PRIORITY - priority
    return priority


def message_of(run: RunRequest, priority: int) -> dict[str, Any]:
    """Return the options with which a message for a run is sent."""
    options = run.more
    headers = options.pop("headers", {})
    # Positions of arguments that are not shown.
    options.pop("secret", None)
    expires = options.pop("expires", None)
    if expires is not None:
        options["expires"] = datetime.fromtimestamp(expires, UTC)
    return {
        **options,
        "task_id": run.id,
        "queue": run.queue,
        "priority": priority,
        "retries": run.retries,
        "parent_id": run.parent,
        "root_id": run.root or run.id,
        "headers": {**headers, HEADER: 1},
        "add_to_parent": False,
        "retry": False,
        # Arguments stay in the ledger: neither broker nor logs get to see them.
        "argsrepr": "…",
        "kwargsrepr": "…",
    }


def make_message(celery: Any, run: Run) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return Celery's headers for a run, and what it sends after the run."""
    options = message_of(run, run.priority)
    headers = options.pop("headers")
    message = celery.amqp.as_task_v2(
        options.pop("task_id"),
        run.task,
        callbacks=_as_list(options.pop("link", None)),
        errbacks=_as_list(options.pop("link_error", None)),
        origin="ledger",
        **options,
    )
    return {**message.headers, **headers}, message.body[2]


def make_payload(celery: Any, run: Run) -> dict[str, Any]:
    """Make the message for a run that this process has claimed."""
    headers, followers = _make_template(celery, run)
    headers = headers | {
        "id": run.id,
        "retries": run.retries,
        "parent_id": run.parent,
        "root_id": run.root or run.id,
    }
    return {
        # Arguments are JSON already: [[...], {...}] lacks only its third part.
        "body": f"{run.args[:-1]}, {dumps(followers)}]",
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": {**headers, CLAIM: [run.token, run.follow]},
        "properties": {
            "delivery_tag": f"{run.id}:{run.token}",
            "delivery_info": _delivery_info(run),
            "correlation_id": run.id,
            "priority": run.priority,
        },
    }


def _make_template(celery: Any, run: Run) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a message in which only what is the run's own may be out of date.

    To make one takes Celery longer than a short run takes in all.
    """
    templates: dict[Any, tuple[dict[str, Any], dict[str, Any]]]
    templates, key = celery.message_templates, (run.task, run.queue, run.options)
    template = templates.get(key)
    if template is None:
        if len(templates) >= _MAX_TEMPLATES:
            templates.clear()
        template = templates[key] = make_message(celery, run)
    return template


def make_request(celery: Any, run: Run) -> dict[str, Any]:
    """Return what Celery calls the request of a run, for this process."""
    headers, followers = make_message(celery, run)
    delivery = {"delivery_info": _delivery_info(run), "hostname": "here"}
    return {**headers, **followers, **delivery}


def _delivery_info(run: Run) -> dict[str, Any]:
    return {"exchange": "", "routing_key": run.queue, "priority": run.priority}


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


def _queue_of(site: TasksState, options: dict[str, Any], task: Any) -> str:
    queue = options.get("queue") or getattr(task, "home_queue", None)
    if queue is None:
        return site.settings.queue
    return str(getattr(queue, "name", queue))


def _priority_of(options: dict[str, Any], task: Any) -> int:
    priority = options.get("priority")
    if priority is None:
        priority = getattr(task, "home_priority", None)
    if priority is None:
        return DEFAULT_PRIORITY
    return min(max(int(priority), 0), HIGHEST_PRIORITY)


def _find_time(site: TasksState, when: Any) -> float | None:
    if when is None:
        return None
    if isinstance(when, int | float):
        return site.ledger.read_now() + when
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return float(aware.timestamp())
