"""Hash passwords by the default method."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    find_keyword,
    remove_argument,
    string_value,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_METHODS = {"sha1", "sha224", "sha256", "sha384", "sha512", "md5", "plain"}
_SECURITY = (
    "Passwords that were stored by the old method are not accepted any more, unless"
    " you check them with hashlib: ask those users for a new one."
)


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        path = module.path(call.func)
        if not path.endswith(".generate_password_hash") or "werkzeug" not in path:
            continue
        keyword = find_keyword(call, "method")
        second = call.args[1] if len(call.args) == 2 else None
        value = keyword.value if keyword else second
        argument = keyword or second
        if value is not None and argument and string_value(value) in _METHODS:
            edits = (remove_argument(module, call, argument),)
            message = f"the method {string_value(value)!r} is gone"
            yield Finding(module.start(call), message, edits, _SECURITY)


RULE = UpgradeRule(
    id="password-hash",
    title="Hash passwords by the default method",
    why=(
        "Werkzeug 3.0 removed plain digests: they are guessed millions "
        "of times a second."
    ),
    package="werkzeug",
    since="3.0",
    words=("generate_password_hash",),
    check=_check,
    examples=(
        (
            (
                "from werkzeug.security import generate_password_hash\n"
                "\n"
                'generate_password_hash(password, method="sha256")\n'
            ),
            (
                "from werkzeug.security import generate_password_hash\n"
                "\n"
                "generate_password_hash(password)\n"
            ),
        ),
    ),
)
