"""If this passes, the rule `to-carboy` edits old names, and nothing else."""

from carboy.upgrade.rules.to_carboy import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from flask_caching import Cache\n\ncache = Cache()\n",
        "from carboy.cache import Cache\n\ncache = Cache()\n",
    )
]
UNCHANGED = [
    "from flask_admin import Admin\n",
    "from flask import Flask\n",
    "from carboy.cache import Cache\n",
    (
        "try:\n"
        "    from flask_login import login_required\n"
        "except ImportError:\n"
        "    login_required = None\n"
    ),
    "# from flask_login import login_required\ntext = 'flask_login.login_required'\n",
    "from flask_login import login_required  # carboy: keep\n",
    "class login_required:\n    pass\n\n\nlogin_required()\n",
    "def use(login_required):\n    return login_required.login_required\n",
    "from .flask_login import login_required\n",
    "import other as flask_login\n\nflask_login.login_required\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
