"""Let parsers of Flask-RESTful read requests without JSON."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import find_keyword
from carboy.upgrade.imports import add_import
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_PARSER = "flask_restful.reqparse.RequestParser"
_CLASS = "JSONOrValues"
_LINES = (
    "",
    "",
    "class {name}({base}):",
    '    """Read the values of a request that has no JSON."""',
    "",
    "    def source(self, request):",
    '        if self.location == ("json", "values") and not request.is_json:',
    "            return request.values",
    "        return super().source(request)",
    "",
)


def _check(module: Module) -> Iterator[Finding]:
    calls = [c for c in module.nodes(ast.Call) if module.path(c.func) == _PARSER]
    calls = [
        c for c in calls if find_keyword(c, "argument_class") is None and not c.args
    ]
    if not calls or not _has_open_argument(module):
        return
    message = "request.json fails in a request without JSON"
    added = add_import(module, "flask_restful.reqparse")
    if added is None or not (module.is_free(_CLASS) or _is_made(module)):
        yield Finding(module.start(calls[0]), f"{message}: name a location")
        return
    edits = list(added[1])
    if not _is_made(module):
        start = _after_imports(module)
        newline = module.source.newline
        text = newline.join(_LINES).format(name=_CLASS, base=f"{added[0]}.Argument")
        edits.append(Edit(start, start, text + newline))
    for call in calls:
        end = module.end(call) - 1
        comma = ", " if call.keywords else ""
        edits.append(Edit(end, end, f"{comma}argument_class={_CLASS}"))
    yield Finding(module.start(calls[0]), message, tuple(edits))


def _has_open_argument(module: Module) -> bool:
    """Return whether an argument is read from wherever it is."""
    return any(
        getattr(call.func, "attr", "") == "add_argument"
        and find_keyword(call, "location") is None
        for call in module.nodes(ast.Call)
    )


def _is_made(module: Module) -> bool:
    return any(node.name == _CLASS for node in module.nodes(ast.ClassDef))


def _after_imports(module: Module) -> int:
    """Return the position after the last import of the module."""
    body = module.tree.body
    kinds = (ast.Import, ast.ImportFrom)
    last = max(i for i, node in enumerate(body) if i == 0 or isinstance(node, kinds))
    return module.source.line_end(module.end(body[last]))


RULE = UpgradeRule(
    id="restful-arguments",
    title="Let parsers of Flask-RESTful read requests without JSON",
    why=(
        "An argument without a location is looked for in request.json first, which"
        " fails with 415 in requests without JSON since Flask 2.1."
    ),
    package="flask",
    since="2.1",
    words=("RequestParser",),
    check=_check,
    examples=(
        (
            "from flask_restful import reqparse\n"
            "\n"
            "parser = reqparse.RequestParser()\n"
            'parser.add_argument("name")\n',
            "from flask_restful import reqparse\n"
            "\n"
            "\n"
            "class JSONOrValues(reqparse.Argument):\n"
            '    """Read the values of a request that has no JSON."""\n'
            "\n"
            "    def source(self, request):\n"
            '        if self.location == ("json", "values") and not request.is_json:\n'
            "            return request.values\n"
            "        return super().source(request)\n"
            "\n"
            "\n"
            "parser = reqparse.RequestParser(argument_class=JSONOrValues)\n"
            'parser.add_argument("name")\n',
        ),
    ),
)
