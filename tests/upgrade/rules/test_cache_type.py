"""If this passes, the rule `cache-type` edits its cases only."""

from carboy.upgrade.rules.cache_type import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "class Config:\n    CACHE_TYPE = 'redis'\n",
        "class Config:\n    CACHE_TYPE = 'RedisCache'\n",
    ),
    (
        (
            "app.config['CACHE_TYPE'] = 'null'\n"
            "app.config.update(CACHE_TYPE='filesystem')\n"
        ),
        (
            "app.config['CACHE_TYPE'] = 'NullCache'\n"
            "app.config.update(CACHE_TYPE='FileSystemCache')\n"
        ),
    ),
]
UNCHANGED = [
    'CACHE_TYPE = "SimpleCache"\n',
    "CACHE_TYPE = kind\n",
    'TYPE = "simple"\n',
    'CACHE_TYPE = "own.module.cache"\n',
    'print("CACHE_TYPE", "simple")\n',
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
