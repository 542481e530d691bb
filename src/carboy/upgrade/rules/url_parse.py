"""Split URLs with urllib.parse."""

import ast
from collections.abc import Iterator

from carboy.upgrade.module import Module
from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import Finding, UpgradeRule

_SAME = {
    "scheme",
    "netloc",
    "path",
    "query",
    "fragment",
    "username",
    "password",
    "port",
}
_SECURITY = (
    "Browsers read addresses such as ///host as another host. Before a redirect check"
    " that the address starts with one slash only."
)
_RENAMED = {
    "host": "hostname",
    "ascii_host": "hostname",
    "replace": "_replace",
    "to_url": "geturl",
}
_move = moved_names({
    "werkzeug.urls.url_parse": "urllib.parse.urlsplit",
    "werkzeug.url_parse": "urllib.parse.urlsplit",
})


def _check(module: Module) -> Iterator[Finding]:
    parts = [
        parent
        for call in module.nodes(ast.Call)
        if module.path(call.func).endswith(".url_parse")
        and isinstance(parent := module.parent(call), ast.Attribute)
    ]
    others = {part.attr for part in parts} - _SAME - {*_RENAMED}
    for finding in _move(module):
        if others:
            message = f"url_parse is urlsplit, which has no {', '.join(sorted(others))}"
            yield Finding(finding.offset, message)
        else:
            yield Finding(finding.offset, finding.message, finding.edits, _SECURITY)
    for part in parts:
        new = _RENAMED.get(part.attr)
        if new and not others:
            message = f".{part.attr} of url_parse is .{new} of urlsplit"
            yield Finding(module.start(part), message, (module.rename(part, new),))


RULE = UpgradeRule(
    id="url-parse",
    title="Split URLs with urllib.parse",
    why="Werkzeug 3.0 removed url_parse; urlsplit has the same parts.",
    package="werkzeug",
    since="3.0",
    words=("url_parse",),
    check=_check,
    examples=(
        (
            (
                "from werkzeug.urls import url_parse\n"
                "\n"
                'if url_parse(target).netloc != "":\n'
                "    pass\n"
            ),
            (
                "from urllib.parse import urlsplit\n"
                "\n"
                'if urlsplit(target).netloc != "":\n'
                "    pass\n"
            ),
        ),
    ),
)
