"""If this passes, the rule `flask-cache` edits old names, and nothing else."""

from carboy.upgrade.rules.flask_cache import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    ("import flask_cache as c\n", "import flask_caching as c\n")
]
UNCHANGED = [
    "from flask_caching import Cache\n",
    "try:\n    from flask_cache import Cache\nexcept ImportError:\n    Cache = None\n",
    "# from flask_cache import Cache\ntext = 'flask_cache.Cache'\n",
    "from flask_cache import Cache  # carboy: keep\n",
    "class Cache:\n    pass\n\n\nCache()\n",
    "def use(Cache):\n    return Cache.Cache\n",
    "from .flask_cache import Cache\n",
    "import other as flask_cache\n\nflask_cache.Cache\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
