"""Write Celery's settings in lower case."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import is_plain, string_value
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

# Those whose new name is more than the old one without CELERY_ in lower case.
_NAMES = {
    "BROKER_URL": "broker_url",
    "BROKER_HEARTBEAT": "broker_heartbeat",
    "BROKER_CONNECTION_TIMEOUT": "broker_connection_timeout",
    "BROKER_CONNECTION_RETRY": "broker_connection_retry",
    "BROKER_CONNECTION_MAX_RETRIES": "broker_connection_max_retries",
    "BROKER_POOL_LIMIT": "broker_pool_limit",
    "BROKER_TRANSPORT_OPTIONS": "broker_transport_options",
    "BROKER_USE_SSL": "broker_use_ssl",
    "CELERYBEAT_SCHEDULE": "beat_schedule",
    "CELERYBEAT_SCHEDULER": "beat_scheduler",
    "CELERYBEAT_SCHEDULE_FILENAME": "beat_schedule_filename",
    "CELERYBEAT_MAX_LOOP_INTERVAL": "beat_max_loop_interval",
    "CELERYD_CONCURRENCY": "worker_concurrency",
    "CELERYD_HIJACK_ROOT_LOGGER": "worker_hijack_root_logger",
    "CELERYD_LOG_FORMAT": "worker_log_format",
    "CELERYD_MAX_TASKS_PER_CHILD": "worker_max_tasks_per_child",
    "CELERYD_POOL": "worker_pool",
    "CELERYD_PREFETCH_MULTIPLIER": "worker_prefetch_multiplier",
    "CELERYD_TASK_LOG_FORMAT": "worker_task_log_format",
    "CELERYD_TASK_SOFT_TIME_LIMIT": "task_soft_time_limit",
    "CELERYD_TASK_TIME_LIMIT": "task_time_limit",
    "CELERY_ACCEPT_CONTENT": "accept_content",
    "CELERY_ACKS_LATE": "task_acks_late",
    "CELERY_ALWAYS_EAGER": "task_always_eager",
    "CELERY_ANNOTATIONS": "task_annotations",
    "CELERY_BROKER_URL": "broker_url",
    "CELERY_CREATE_MISSING_QUEUES": "task_create_missing_queues",
    "CELERY_DEFAULT_EXCHANGE": "task_default_exchange",
    "CELERY_DEFAULT_EXCHANGE_TYPE": "task_default_exchange_type",
    "CELERY_DEFAULT_QUEUE": "task_default_queue",
    "CELERY_DEFAULT_ROUTING_KEY": "task_default_routing_key",
    "CELERY_DISABLE_RATE_LIMITS": "worker_disable_rate_limits",
    "CELERY_EAGER_PROPAGATES": "task_eager_propagates",
    "CELERY_EAGER_PROPAGATES_EXCEPTIONS": "task_eager_propagates",
    "CELERY_ENABLE_UTC": "enable_utc",
    "CELERY_EVENT_SERIALIZER": "event_serializer",
    "CELERY_IGNORE_RESULT": "task_ignore_result",
    "CELERY_IMPORTS": "imports",
    "CELERY_INCLUDE": "include",
    "CELERY_QUEUES": "task_queues",
    "CELERY_REDIRECT_STDOUTS": "worker_redirect_stdouts",
    "CELERY_RESULT_BACKEND": "result_backend",
    "CELERY_RESULT_SERIALIZER": "result_serializer",
    "CELERY_ROUTES": "task_routes",
    "CELERY_SEND_EVENTS": "worker_send_task_events",
    "CELERY_SEND_TASK_SENT_EVENT": "task_send_sent_event",
    "CELERY_STORE_ERRORS_EVEN_IF_IGNORED": "task_store_errors_even_if_ignored",
    "CELERY_TASK_PUBLISH_RETRY": "task_publish_retry",
    "CELERY_TASK_RESULT_EXPIRES": "result_expires",
    "CELERY_TASK_SERIALIZER": "task_serializer",
    "CELERY_TIMEZONE": "timezone",
    "CELERY_TRACK_STARTED": "task_track_started",
}


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr != "update":
            continue
        if _is_conf(module, function.value):
            yield from _edit_update(module, call)
    for node in module.nodes(ast.Attribute):
        if node.attr in _NAMES and _is_conf(module, node.value):
            new = _NAMES[node.attr]
            edit = module.rename(node, new)
            yield Finding(module.start(node), f"{node.attr} is {new}", (edit,))
    for item in module.nodes(ast.Subscript):
        if _is_conf(module, item.value):
            yield from _edit_string(module, item.slice)
    if "namespace=" not in module.project.words:
        yield from _edit_module(module)


def _is_conf(module: Module, node: ast.expr) -> bool:
    """Return whether an expression is the `conf` of an app of Celery."""
    if not isinstance(node, ast.Attribute) or node.attr != "conf":
        return False
    return module.kind(node.value) in {"celery.Celery", "celery.current_app"} or (
        module.path(node.value) == "celery.current_app"
    )


def _edit_update(module: Module, call: ast.Call) -> Iterator[Finding]:
    """Rename all settings of a call, or none: Celery refuses to mix both kinds."""
    if not is_plain(call):
        return
    for keyword in call.keywords:
        new = _NAMES.get(keyword.arg or "")
        if new:
            start = module.start(keyword)
            edit = Edit(start, start + len(keyword.arg or ""), new)
            yield Finding(start, f"{keyword.arg} is {new}", (edit,))
    for table in call.args:
        for key in table.keys if isinstance(table, ast.Dict) else ():
            if key is not None:
                yield from _edit_string(module, key)


def _edit_string(module: Module, node: ast.expr) -> Iterator[Finding]:
    old = string_value(node)
    if old in _NAMES:
        new = _NAMES[old]
        edits = (module.replace(node, module.text(node).replace(old, new)),)
        yield Finding(module.start(node), f"{old} is {new}", edits)


def _edit_module(module: Module) -> Iterator[Finding]:
    """Rename the settings of a module that has no others, such as celeryconfig.py."""
    names = [
        target
        for statement in module.tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and target.id.isupper()
    ]
    if not names or any(name.id not in _NAMES for name in names):
        return
    body = module.tree.body
    if any(isinstance(node, ast.ClassDef | ast.FunctionDef) for node in body):
        return
    uses = [n for n in module.nodes(ast.Name) if n.id in _NAMES]
    if len(uses) != len(names) or any(module.is_shared(name.id) for name in names):
        return
    edits = tuple(module.replace(name, _NAMES[name.id]) for name in names)
    yield Finding(module.start(names[0]), "settings of Celery are in lower case", edits)


RULE = UpgradeRule(
    id="celery-settings",
    title="Write Celery's settings in lower case",
    why=(
        "Celery 4 renamed all settings. The old names work until Celery 6, but not"
        " together with a new one. Settings in app.config keep their names."
    ),
    package="celery",
    since="4.0",
    words=("CELERY", "BROKER_"),
    check=_check,
    examples=(
        (
            "from celery import Celery\n"
            "\n"
            'celery = Celery("shop")\n'
            "celery.conf.update(CELERY_ALWAYS_EAGER=True)\n",
            "from celery import Celery\n"
            "\n"
            'celery = Celery("shop")\n'
            "celery.conf.update(task_always_eager=True)\n",
        ),
    ),
)
