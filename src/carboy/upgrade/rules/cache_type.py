"""Name the cache by its class."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    string_value,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_TYPES = {
    "null": "NullCache",
    "simple": "SimpleCache",
    "filesystem": "FileSystemCache",
    "redis": "RedisCache",
    "redissentinel": "RedisSentinelCache",
    "rediscluster": "RedisClusterCache",
    "memcached": "MemcachedCache",
    "saslmemcached": "SASLMemcachedCache",
    "uwsgi": "UWSGICache",
}


def _check(module: Module) -> Iterator[Finding]:
    for node, value in _settings(module):
        new = _TYPES.get(string_value(value).rpartition("flask_caching.backends.")[2])
        if new:
            text = module.text(value)
            quote = text[-1]
            edits = (module.replace(value, f"{quote}{new}{quote}"),)
            message = f"CACHE_TYPE {string_value(value)!r} is {new!r}"
            yield Finding(module.start(node), message, edits)


def _settings(module: Module) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Yield what sets CACHE_TYPE, and the value."""
    for node in module.nodes(ast.Assign):
        for target in node.targets:
            is_key = isinstance(target, ast.Subscript) and _is_name(target.slice)
            if is_key or getattr(target, "id", "") == "CACHE_TYPE":
                yield node, node.value
    for table in module.nodes(ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            if key is not None and _is_name(key):
                yield table, value
    for keyword in module.nodes(ast.keyword):
        if keyword.arg == "CACHE_TYPE":
            yield keyword, keyword.value


def _is_name(node: ast.expr) -> bool:
    return string_value(node) == "CACHE_TYPE"


RULE = UpgradeRule(
    id="cache-type",
    title="Name the cache by its class",
    why=(
        "Flask-Caching wants the name of the class: the short names are "
        "gone in its releases to come."
    ),
    package="flask-caching",
    since="1.10",
    words=("CACHE_TYPE",),
    check=_check,
    examples=(
        (
            'cache = Cache(app, config={"CACHE_TYPE": "simple"})\n',
            'cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})\n',
        ),
    ),
)
