"""Compare secrets with hmac.compare_digest."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="safe-str-cmp",
    title="Compare secrets with hmac.compare_digest",
    why=(
        "Werkzeug 2.1 removed safe_str_cmp; compare_digest of the "
        "standard library does the same for ASCII and bytes."
    ),
    package="werkzeug",
    since="2.1",
    words=("safe_str_cmp",),
    check=moved_names({
        "werkzeug.security.safe_str_cmp": "hmac.compare_digest",
    }),
    examples=(
        (
            "from werkzeug.security import safe_str_cmp\n\nsafe_str_cmp(a, b)\n",
            "from hmac import compare_digest\n\ncompare_digest(a, b)\n",
        ),
    ),
)
