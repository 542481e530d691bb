"""Import ProxyFix from werkzeug.middleware."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    find_keyword,
)
from carboy.upgrade.module import Module
from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import Finding, UpgradeRule

_OLD = "werkzeug.contrib.fixers.ProxyFix"
_NEW = "werkzeug.middleware.proxy_fix.ProxyFix"
_SECURITY = (
    "ProxyFix believes X-Forwarded-For and X-Forwarded-Proto of one proxy, and"
    " X-Forwarded-Host no longer. Where your proxy sets that, write x_host=1."
)
_move = moved_names(
    {_OLD: _NEW}, {"werkzeug.contrib.fixers": "werkzeug.middleware.proxy_fix"}
)


def _check(module: Module) -> Iterator[Finding]:
    for finding in _move(module):
        yield Finding(finding.offset, finding.message, finding.edits, _SECURITY)
    for call in module.nodes(ast.Call):
        if module.path(call.func) not in {_OLD, _NEW}:
            continue
        keyword = find_keyword(call, "num_proxies")
        if keyword is not None:
            value = module.text(keyword.value)
            text = f"x_for={value}, x_proto={value}, x_host={value}"
            edits = (module.replace(keyword, text),)
            message = "num_proxies is x_for, x_proto and x_host"
            yield Finding(module.start(call), message, edits)


RULE = UpgradeRule(
    id="proxy-fix",
    title="Import ProxyFix from werkzeug.middleware",
    why="Werkzeug 1.0 removed werkzeug.contrib.fixers and the argument num_proxies.",
    package="werkzeug",
    since="1.0",
    words=("werkzeug",),
    check=_check,
    examples=(
        (
            (
                "from werkzeug.contrib.fixers import ProxyFix\n"
                "\n"
                "app.wsgi_app = ProxyFix(app.wsgi_app)\n"
            ),
            (
                "from werkzeug.middleware.proxy_fix import ProxyFix\n"
                "\n"
                "app.wsgi_app = ProxyFix(app.wsgi_app)\n"
            ),
        ),
    ),
)
