"""Replace what was werkzeug.contrib."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="werkzeug-contrib",
    title="Replace what was werkzeug.contrib",
    why=(
        "Werkzeug 1.0 removed contrib: middlewares have modules of their "
        "own, caches are the package cachelib."
    ),
    package="werkzeug",
    since="1.0",
    words=("werkzeug.contrib",),
    check=moved_names(
        {
            "werkzeug.contrib.cache.BaseCache": "cachelib.BaseCache",
            "werkzeug.contrib.cache.NullCache": "cachelib.NullCache",
            "werkzeug.contrib.cache.SimpleCache": "cachelib.SimpleCache",
            "werkzeug.contrib.cache.MemcachedCache": "cachelib.MemcachedCache",
            "werkzeug.contrib.cache.RedisCache": "cachelib.RedisCache",
            "werkzeug.contrib.cache.FileSystemCache": "cachelib.FileSystemCache",
            "werkzeug.contrib.cache.UWSGICache": "cachelib.UWSGICache",
            "werkzeug.contrib.profiler.ProfilerMiddleware": "werkzeug.middleware.profiler.ProfilerMiddleware",
            "werkzeug.contrib.lint.LintMiddleware": "werkzeug.middleware.lint.LintMiddleware",
            "werkzeug.contrib.wrappers.JSONRequestMixin": "werkzeug.wrappers.Request",
        },
        {
            "werkzeug.contrib.profiler": "werkzeug.middleware.profiler",
            "werkzeug.contrib.lint": "werkzeug.middleware.lint",
        },
    ),
    examples=(
        (
            "from werkzeug.contrib.cache import SimpleCache\n",
            "from cachelib import SimpleCache\n",
        ),
    ),
)
