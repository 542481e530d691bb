"""If this passes, the rule `python-names` edits old names, and nothing else."""

from carboy.upgrade.rules.python_names import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    ("from fractions import gcd\n\ngcd(2, 4)\n", "from math import gcd\n\ngcd(2, 4)\n"),
    ("import xml.etree.cElementTree as ET\n", "import xml.etree.ElementTree as ET\n"),
    ("from pipes import quote\n", "from shlex import quote\n"),
]
UNCHANGED = [
    "import time\n\ntime.time()\n",
    "try:\n    from time import clock\nexcept ImportError:\n    clock = None\n",
    "# from time import clock\ntext = 'time.clock'\n",
    "from time import clock  # carboy: keep\n",
    "class clock:\n    pass\n\n\nclock()\n",
    "def use(clock):\n    return clock.clock\n",
    "from .time import clock\n",
    "import other as time\n\ntime.clock\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
