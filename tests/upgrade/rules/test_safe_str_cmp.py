"""If this passes, the rule `safe-str-cmp` edits old names, and nothing else."""

from carboy.upgrade.rules.safe_str_cmp import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = []
UNCHANGED = [
    "from hmac import compare_digest\n",
    (
        "try:\n"
        "    from werkzeug.security import safe_str_cmp\n"
        "except ImportError:\n"
        "    safe_str_cmp = None\n"
    ),
    (
        "# from werkzeug.security import safe_str_cmp\n"
        "text = 'werkzeug.security.safe_str_cmp'\n"
    ),
    "from werkzeug.security import safe_str_cmp  # carboy: keep\n",
    "class safe_str_cmp:\n    pass\n\n\nsafe_str_cmp()\n",
    "def use(safe_str_cmp):\n    return safe_str_cmp.safe_str_cmp\n",
    "from .werkzeug.security import safe_str_cmp\n",
    "import other as werkzeug\n\nwerkzeug.security.safe_str_cmp\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
