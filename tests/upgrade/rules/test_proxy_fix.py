"""If this passes, the rule `proxy-fix` edits its cases only."""

from carboy.upgrade.rules.proxy_fix import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from werkzeug.contrib.fixers import ProxyFix\nProxyFix(app, num_proxies=2)\n",
        (
            "from werkzeug.middleware.proxy_fix import ProxyFix\n"
            "ProxyFix(app, x_for=2, x_proto=2, x_host=2)\n"
        ),
    )
]
UNCHANGED = [
    "from werkzeug.middleware.proxy_fix import ProxyFix\nProxyFix(app)\n",
    "from own.fixers import ProxyFix\nProxyFix(app, num_proxies=2)\n",
    (
        "try:\n"
        "    from werkzeug.contrib.fixers import ProxyFix\n"
        "except ImportError:\n"
        "    pass\n"
    ),
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
