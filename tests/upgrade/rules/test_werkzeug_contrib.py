"""If this passes, the rule `werkzeug-contrib` edits old names, and nothing else."""

from carboy.upgrade.rules.werkzeug_contrib import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from werkzeug.contrib.profiler import ProfilerMiddleware\n",
        "from werkzeug.middleware.profiler import ProfilerMiddleware\n",
    ),
    (
        "from werkzeug.contrib.cache import FileSystemCache as F, RedisCache\n",
        "from cachelib import FileSystemCache as F, RedisCache\n",
    ),
]
UNCHANGED = [
    "from cachelib import SimpleCache\n",
    (
        "try:\n"
        "    from werkzeug.contrib.cache import BaseCache\n"
        "except ImportError:\n"
        "    BaseCache = None\n"
    ),
    (
        "# from werkzeug.contrib.cache import BaseCache\n"
        "text = 'werkzeug.contrib.cache.BaseCache'\n"
    ),
    "from werkzeug.contrib.cache import BaseCache  # carboy: keep\n",
    "class BaseCache:\n    pass\n\n\nBaseCache()\n",
    "def use(BaseCache):\n    return BaseCache.BaseCache\n",
    "from .werkzeug.contrib.cache import BaseCache\n",
    "import other as werkzeug\n\nwerkzeug.contrib.cache.BaseCache\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
