"""If this passes, the rule `python-collections` edits old names, and nothing else."""

from carboy.upgrade.rules.python_collections import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "import collections\n\nisinstance(x, collections.Iterable)\n",
        (
            "import collections\n"
            "from collections.abc import Iterable\n"
            "\n"
            "isinstance(x, Iterable)\n"
        ),
    )
]
UNCHANGED = [
    "import collections.abc\n\ncollections.abc.Mapping\n",
    "from collections import OrderedDict, namedtuple\n",
    (
        "try:\n"
        "    from collections import Mapping\n"
        "except ImportError:\n"
        "    Mapping = None\n"
    ),
    "# from collections import Mapping\ntext = 'collections.Mapping'\n",
    "from collections import Mapping  # carboy: keep\n",
    "class Mapping:\n    pass\n\n\nMapping()\n",
    "def use(Mapping):\n    return Mapping.Mapping\n",
    "from .collections import Mapping\n",
    "import other as collections\n\ncollections.Mapping\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
