"""If this passes, the rule `safe-join` edits old names, and nothing else."""

from carboy.upgrade.rules.safe_join import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from werkzeug.security import check_password_hash, safe_join\n",
        (
            "from werkzeug.security import check_password_hash\n"
            "from werkzeug.utils import safe_join\n"
        ),
    )
]
UNCHANGED = [
    "from werkzeug.utils import safe_join\n",
    (
        "try:\n"
        "    from flask import safe_join\n"
        "except ImportError:\n"
        "    safe_join = None\n"
    ),
    "# from flask import safe_join\ntext = 'flask.safe_join'\n",
    "from flask import safe_join  # carboy: keep\n",
    "class safe_join:\n    pass\n\n\nsafe_join()\n",
    "def use(safe_join):\n    return safe_join.safe_join\n",
    "from .flask import safe_join\n",
    "import other as flask\n\nflask.safe_join\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
