"""Make aware times, without a time zone afterwards."""

import ast
from collections.abc import Iterator

from carboy.upgrade.imports import (
    add_import,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_NOW = {"datetime.datetime.utcnow"}


def _check(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.Attribute):
        if module.path(node) not in _NOW or module.is_guarded(node):
            continue
        parent = module.parent(node)
        is_call = isinstance(parent, ast.Call) and parent.func is node
        added = add_import(module, "datetime.timezone")
        if added is None:
            continue
        zone, edits = added
        code = f"{module.text(node.value)}.now({zone}.utc).replace(tzinfo=None)"
        if is_call and isinstance(parent, ast.Call):
            if parent.args or parent.keywords:
                continue
            edits.append(module.replace(parent, code))
        else:
            edits.append(module.replace(node, f"lambda: {code}"))
        yield Finding(module.start(node), "utcnow is deprecated", tuple(edits))


RULE = UpgradeRule(
    id="utcnow",
    title="Make aware times, without a time zone afterwards",
    why=(
        "Python 3.12 deprecated datetime.utcnow; the code here gives the "
        "same naive time."
    ),
    package="python",
    since="3.12",
    words=("utcnow", "utcfromtimestamp"),
    check=_check,
    examples=(
        (
            "from datetime import datetime\n\nstart = datetime.utcnow()\n",
            (
                "from datetime import datetime\n"
                "from datetime import timezone\n"
                "\n"
                "start = datetime.now(timezone.utc).replace(tzinfo=None)\n"
            ),
        ),
    ),
    is_safe=False,
)
