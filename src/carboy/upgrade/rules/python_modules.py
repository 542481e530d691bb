"""Do without modules that Python has removed."""

import ast
from collections.abc import Iterator

from carboy.upgrade.imports import remove_aliases
from carboy.upgrade.module import Module
from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.scopes import Statement
from carboy.upgrade.source import Edit

_move = moved_names({
    "imp.reload": "importlib.reload",
    "cgi.escape": "html.escape",
    "distutils.version.LooseVersion": "packaging.version.Version",
    "distutils.version.StrictVersion": "packaging.version.Version",
    "distutils.dir_util.copy_tree": "shutil.copytree",
    "distutils.core.setup": "setuptools.setup",
    "distutils.core.Extension": "setuptools.Extension",
})
_STRTOBOOL = "distutils.util.strtobool"
_TRUE = '{"y", "yes", "t", "true", "on", "1"}'
_ADVICE = {
    "imp": "importlib, for example importlib.util.module_from_spec()",
    "distutils": "setuptools, packaging, shutil or sysconfig",
    "asyncore": "asyncio",
    "asynchat": "asyncio",
    "smtpd": "the package aiosmtpd",
    "telnetlib": "the package telnetlib3",
    "imghdr": "the package filetype",
    "crypt": "the package bcrypt, or werkzeug.security",
    "cgi": "the package multipart, or request.form of Flask",
}


def _check(module: Module) -> Iterator[Finding]:
    # Before the names: afterwards it is not known that quotes were left.
    for call in module.nodes(ast.Call):
        if module.path(call.func) == _STRTOBOOL:
            yield from _edit_bool(module, call)
        if module.path(call.func) == "cgi.escape":
            yield from _keep_quotes(module, call)
    yield from _move(module)
    for function in module.nodes(ast.FunctionDef):
        for decorator in function.decorator_list:
            if module.path(decorator) == "asyncio.coroutine":
                yield _edit_coroutine(module, function, decorator)
    yield from _check_imports(module)


def _edit_bool(module: Module, call: ast.Call) -> Iterator[Finding]:
    if len(call.args) != 1 or call.keywords or module.is_guarded(call):
        return
    value = module.text(call.args[0])
    code = f"int(str({value}).lower() in {_TRUE})"
    yield Finding(
        module.start(call), "strtobool is gone", (module.replace(call, code),)
    )


def _keep_quotes(module: Module, call: ast.Call) -> Iterator[Finding]:
    """Leave quotes as they are, as cgi.escape() did."""
    if len(call.args) == 1 and not call.keywords and not module.is_guarded(call):
        end = module.end(call.args[0])
        edits = (Edit(end, end, ", quote=False"),)
        yield Finding(module.start(call), "cgi.escape leaves quotes", edits)


def _edit_coroutine(
    module: Module, function: ast.FunctionDef, decorator: ast.expr
) -> Finding:
    """Make a native coroutine of a function that yields from others."""
    start = module.start(decorator)
    message = "asyncio.coroutine is gone: write async def, and await"
    inner = [n for n in ast.walk(function) if isinstance(n, ast.YieldFrom)]
    has_others = any(
        isinstance(n, ast.Yield | ast.Lambda | ast.FunctionDef)
        for statement in function.body
        for n in ast.walk(statement)
    )
    if has_others:
        return Finding(start, message)
    line = module.source.lines[module.source.line_of(start) - 1]
    define = module.start(function)
    edits = [
        Edit(line, module.source.line_end(module.end(decorator)), ""),
        Edit(define, define, "async "),
    ]
    for node in inner:
        begin = module.start(node)
        value = module.start(node.value)
        edits.append(Edit(begin, value, "await "))
    return Finding(start, message, tuple(edits))


def _check_imports(module: Module) -> Iterator[Finding]:
    """Remove imports that nothing uses any more, and name the others."""
    statements: list[Statement] = [*module.nodes(ast.ImportFrom)]
    for node in [*statements, *module.nodes(ast.Import)]:
        paths = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            paths = ["" if node.level else node.module or ""]
        if paths == ["asyncio"] and not module.is_guarded(node):
            yield from _remove_coroutine(module, node)
        tops = {path.partition(".")[0] for path in paths} & set(_ADVICE)
        if not tops or module.is_guarded(node):
            continue
        yield from _check_import(module, node, tops.pop())


def _remove_coroutine(
    module: Module, node: ast.Import | ast.ImportFrom
) -> Iterator[Finding]:
    gone = [a for a in node.names if a.name == "coroutine" and _is_unused(module, a)]
    if gone:
        edits = tuple(remove_aliases(module, node, gone, []))
        yield Finding(module.start(node), "asyncio.coroutine is gone", edits)


def _check_import(
    module: Module, node: ast.Import | ast.ImportFrom, top: str
) -> Iterator[Finding]:
    unused = [alias for alias in node.names if _is_unused(module, alias)]
    message = f"{top} is gone from Python: use {_ADVICE[top]}"
    is_all = len(unused) == len(node.names)
    if unused and (is_all or isinstance(node, ast.ImportFrom)):
        edits = tuple(remove_aliases(module, node, unused, []))
        yield Finding(module.start(node), message, edits)
    else:
        yield Finding(module.start(node), message)


def _is_unused(module: Module, alias: ast.alias) -> bool:
    name = (alias.asname or alias.name).partition(".")[0]
    is_used = any(node.id == name for node in module.nodes(ast.Name))
    return not is_used and not module.is_shared(name)


RULE = UpgradeRule(
    id="python-modules",
    title="Do without modules that Python has removed",
    why=(
        "Python 3.11 to 3.13 removed asyncio.coroutine, distutils, imp, cgi and other"
        " modules that had been deprecated for years."
    ),
    package="python",
    since="3.12",
    words=(
        "import imp",
        "from imp ",
        "cgi",
        "distutils",
        "coroutine",
        "asyncore",
        "asynchat",
        "smtpd",
        "telnetlib",
        "imghdr",
        "crypt",
    ),
    check=_check,
    examples=(
        (
            "import os\n"
            "from distutils.util import strtobool\n"
            "\n"
            'DEBUG = strtobool(os.environ.get("DEBUG", "no"))\n',
            "import os\n"
            "\n"
            'DEBUG = int(str(os.environ.get("DEBUG", "no")).lower()'
            ' in {"y", "yes", "t", "true", "on", "1"})\n',
        ),
        (
            "import asyncio\n"
            "\n"
            "\n"
            "@asyncio.coroutine\n"
            "def pause():\n"
            "    yield from asyncio.sleep(1)\n",
            "import asyncio\n\n\nasync def pause():\n    await asyncio.sleep(1)\n",
        ),
    ),
)
