"""Sign tokens with URLSafeTimedSerializer."""

import ast
import re
from collections.abc import Iterator

from carboy.upgrade.calls import (
    find_keyword,
    remove_argument,
    string_value,
)
from carboy.upgrade.imports import add_import, end_of_imports, remove_aliases
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_OLD = "itsdangerous.TimedJSONWebSignatureSerializer"
_PATHS = {_OLD, "itsdangerous.jws.TimedJSONWebSignatureSerializer"}
_SECURITY = (
    "Tokens that were issued before are refused. How old a token may be is said where"
    " it is read: look whether max_age is what you want there."
)
_REFUSED = "Tokens that were issued before are refused."
_DEFAULT = "3600"
_CLASS = (
    "",
    "",
    "class {name}({base}):",
    '    """Write into each token when it expires."""',
    "",
    "    def __init__(self, secret_key, expires_in=None, **options):",
    "        super().__init__(secret_key, **options)",
    "        self.expires_in = 3600 if expires_in is None else expires_in",
    "",
    "    def dumps(self, obj, *args):",
    "        return super().dumps([obj, {time}.time() + self.expires_in], *args)",
    "",
    "    def loads(self, s, *args):",
    "        obj, expires = super().loads(s, *args)",
    "        if expires < {time}.time():",
    '            raise {error}("Signature expired", payload=obj)',
    "        return obj",
    "",
)


def _check(module: Module) -> Iterator[Finding]:
    aliases = [
        (node, alias)
        for node in module.nodes(ast.ImportFrom)
        for alias in node.names
        if f"{node.module}.{alias.name}" in _PATHS and not module.is_guarded(node)
    ]
    if len(aliases) != 1:
        return
    node, alias = aliases[0]
    start = module.start(node)
    calls = [c for c in module.nodes(ast.Call) if module.path(c.func) in _PATHS]
    name = alias.asname or "Serializer"
    ages = {age for call in calls if (age := _age(module, call))}
    advice = "TimedJSONWebSignatureSerializer is gone. Use URLSafeTimedSerializer"
    if len(ages) > 1 or "?" in ages or not _are_all(module, calls):
        own = _write_class(module, node, alias, calls)
        if own:
            yield Finding(start, "Tokens say when they expire", own, _REFUSED)
        else:
            yield Finding(start, f"{advice}, with max_age in loads()", (), _SECURITY)
        return
    age = ages.pop() if ages else _DEFAULT
    edits = _edit_calls(module, calls, age)
    local = f" as {alias.asname}" if alias.asname else ""
    edits.append(module.replace(alias, f"URLSafeTimedSerializer{local}"))
    if not alias.asname:
        name = "URLSafeTimedSerializer"
        edits += [module.replace(call.func, name) for call in calls]
    yield Finding(start, advice, tuple(edits), _SECURITY)


def _write_class(
    module: Module, node: ast.ImportFrom, alias: ast.alias, calls: list[ast.Call]
) -> tuple[Edit, ...]:
    """Define the serializer of old under its name: where ages differ, or vary."""
    name = alias.asname or alias.name
    if module.parent(node) is not module.tree or module.is_shared(name):
        return ()
    paths = ("time", "itsdangerous.SignatureExpired", "itsdangerous.URLSafeSerializer")
    imports = [add_import(module, path) for path in paths]
    if None in imports:
        return ()
    names = [found[0] for found in imports if found]
    edits = remove_aliases(module, node, [alias], [])
    edits += [edit for found in imports if found for edit in found[1]]
    text = module.source.newline.join(_CLASS).format(
        name=name, time=names[0], error=names[1], base=names[2]
    )
    position = end_of_imports(module)
    edits.append(Edit(position, position, text + module.source.newline))
    makers = {
        module.text(parent.targets[0])
        for call in calls
        if isinstance(parent := module.parent(call), ast.Assign)
    }
    for call in module.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr != "dumps":
            continue
        maker = function.value
        if maker in calls or module.text(maker) in makers:
            edits += _edit_use(module, call, "dumps", _DEFAULT)
    return tuple(edits)


def _are_all(module: Module, calls: list[ast.Call]) -> bool:
    """Return whether each use of the class is a call that is assigned to a name."""
    uses = [n for n in module.nodes(ast.Name) if module.path(n) in _PATHS]
    parents = [module.parent(call) for call in calls]
    return len(uses) == len(calls) and all(
        isinstance(p, ast.Assign) and isinstance(p.targets[0], ast.Name)
        for p in parents
    )


def _expires(call: ast.Call) -> ast.expr | None:
    keyword = find_keyword(call, "expires_in")
    return keyword.value if keyword else call.args[1] if len(call.args) > 1 else None


def _age(module: Module, call: ast.Call) -> str:
    """Return the number of seconds that a serializer says; ``'?'`` if not known."""
    value = _expires(call)
    if value is None:
        return ""
    if isinstance(value, ast.Name):
        value = _default_of(module, call, value.id) or value
    numbers = (ast.Constant, ast.BinOp)
    is_number = isinstance(value, numbers) and not string_value(value)
    text = module.text(value)
    return text if is_number and re.fullmatch(r"[\d *()+]+", text) else "?"


def _default_of(module: Module, node: ast.AST, name: str) -> ast.expr | None:
    for outer in module.parents(node):
        if isinstance(outer, ast.FunctionDef):
            args = outer.args.args
            defaults = outer.args.defaults
            pairs = dict(
                zip(
                    [a.arg for a in args[len(args) - len(defaults) :]],
                    defaults,
                    strict=True,
                )
            )
            return pairs.get(name)
    return None


def _edit_calls(module: Module, calls: list[ast.Call], age: str) -> list[Edit]:
    edits = []
    names = set()
    for call in calls:
        keyword = find_keyword(call, "expires_in")
        value = _expires(call)
        if value is not None:
            edits.append(remove_argument(module, call, keyword or value))
        parent = module.parent(call)
        if isinstance(parent, ast.Assign):
            names.add(module.text(parent.targets[0]))
    for call in module.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute) or not call.args:
            continue
        if module.text(function.value) in names:
            edits += _edit_use(module, call, function.attr, age)
    return edits


def _edit_use(module: Module, call: ast.Call, method: str, age: str) -> list[Edit]:
    end = module.end(call)
    if method == "loads" and find_keyword(call, "max_age") is None:
        return [Edit(end - 1, end - 1, f", max_age={age}")]
    if method != "dumps":
        return []
    decode = module.parent(call)
    outer = module.parent(decode) if decode else None
    if isinstance(decode, ast.Attribute) and isinstance(outer, ast.Call):
        return [Edit(end, module.end(outer), "")] if decode.attr == "decode" else []
    # Other modules may go on to decode what was bytes.
    is_decoded = "oken.decode(" in module.project.words
    return [Edit(end, end, ".encode()")] if is_decoded else []


RULE = UpgradeRule(
    id="timed-tokens",
    title="Sign tokens with URLSafeTimedSerializer",
    why=(
        "ItsDangerous 2.1 removed TimedJSONWebSignatureSerializer. The "
        "age of a token is checked when it is read."
    ),
    package="itsdangerous",
    since="2.1",
    words=("JSONWebSignatureSerializer",),
    check=_check,
    examples=(
        (
            (
                "from itsdangerous import TimedJSONWebSignatureSerializer as "
                "Serializer\n"
                "\n"
                "\n"
                "def make(id, expiration=600):\n"
                "    s = Serializer(key, expiration)\n"
                '    return s.dumps({"id": id}).decode("utf-8")\n'
                "\n"
                "\n"
                "def read(token):\n"
                "    s = Serializer(key)\n"
                "    return s.loads(token)\n"
            ),
            (
                "from itsdangerous import URLSafeTimedSerializer as Serializer\n"
                "\n"
                "\n"
                "def make(id, expiration=600):\n"
                "    s = Serializer(key)\n"
                '    return s.dumps({"id": id})\n'
                "\n"
                "\n"
                "def read(token):\n"
                "    s = Serializer(key)\n"
                "    return s.loads(token, max_age=600)\n"
            ),
        ),
    ),
)
