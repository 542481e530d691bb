"""Rules about files and imports: each check lists the violations in a tree.

Apart from the tests, so that each check can be shown a bad tree as well.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType

from tests.source_trees import parse, walk

LIMIT = 400
CODE = {".py", ".sh", ".html", ".css", ".js", ".xml", ".txt", ".jinja", ""}
PAGES = {".html", ".css", ".js", ".svg", ".xml", ".jinja", ".py", ".txt"}
VAGUE = {
    "base",
    "common",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "shared",
    "stuff",
    "util",
    "utils",
}
# Folders whose files are material for a site, not modules of the package.
MATERIAL = {"templates", "static", "skeleton", "__pycache__", "locale", "translations"}
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "cloudpickle"}
UNSAFE_CALLS = {"eval", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}
Import = ast.Import | ast.ImportFrom
# Loads something; a link that a person may follow does not.
REMOTE = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\ssrc\s*=\s*["']?(?:https?:)?//
      | <link\b[^>]*\shref\s*=\s*["']?(?:https?:)?//
      | url\(\s*["']?(?:https?:)?//
      | @import\s+["'](?:https?:)?//
      | \bfrom\s+["']https?://
      | \bimport\(\s*["']https?://
    """,
    re.VERBOSE | re.IGNORECASE,
)
FRONT_DOOR_NAMES = {"__all__", "__version__"}


def list_long_files(root: Path) -> list[str]:
    """List code files that outgrew the limit."""
    problems = []
    for path in list_files(root, "src", "tests", "scripts", "bench"):
        if path.suffix not in CODE or path.name == "public_api.txt":
            continue
        count = len(path.read_bytes().splitlines())
        if count > LIMIT:
            problems.append(
                f"{show(root, path)} has {count} lines, over {LIMIT}. Split it by noun."
            )
    return problems


def list_vague_names(root: Path) -> list[str]:
    """List files and folders whose name says nothing about what they hold."""
    problems = []
    for path in list_files(root, "src", "tests", "scripts", "bench"):
        parts = path.relative_to(root).with_suffix("").parts
        for part in parts:
            bare = part.strip("_").removeprefix("test_")
            if bare in VAGUE and not _is_excused(root, path, bare):
                problems.append(
                    f"{show(root, path)}: the name {part!r} says nothing."
                    " Name the noun that it holds."
                )
    return problems


def list_unmirrored(root: Path, allowed: dict[str, str]) -> list[str]:
    """List modules without the test file of the same path; `allowed` has reasons."""
    problems = [
        f"{name} is excused from a test but does not exist. Remove the line."
        for name in allowed
        if not (root / name).exists()
    ]
    for path in list_modules(root):
        test = _test_of(root, path)
        name = show(root, path)
        excused = name in allowed or path.name in {"__init__.py", "__main__.py"}
        if excused and test.exists() and name in allowed:
            problems.append(f"{name} has a test now. Remove its line of excuse.")
        if not excused and not test.exists() and not _has_contract(test):
            problems.append(f"{name} has no test. Write {show(root, test)}.")
    return problems


def list_busy_front_doors(root: Path) -> list[str]:
    """List front doors that do more than to re-export names in `__all__`."""
    problems = []
    for path in list_modules(root):
        if path.name == "__init__.py":
            problems += [
                f"{show(root, path)}:{line}: {what}" for line, what in _busy(path)
            ]
    return problems


def list_front_door_imports(root: Path) -> list[str]:
    """List modules inside the package that import from its front door."""
    package = root / "src" / "carboy"
    parts = {p.stem for p in package.iterdir()} if package.exists() else set()
    problems = []
    for path, node in _walk(root, Import):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names if a.name == "carboy" and not a.asname]
        elif isinstance(node, ast.ImportFrom) and node.module == "carboy":
            names = [a.name for a in node.names if a.name not in parts]
        if names:
            problems.append(
                f"{_at(root, path, node)}: imports {', '.join(names)} from the front"
                " door of carboy. Import it where it is made."
            )
    return problems


def list_border_crossings(root: Path) -> list[str]:
    """List imports that reach behind the front door of another folder.

    A module sees its own folder, the files of the folders around it, and what other
    folders export. A folder that exports nothing is open to the rest of its battery.
    """
    package = root / "src" / "carboy"
    modules = {_dotted(root, path): path for path in list_modules(root)}
    folders = {n: p for n, p in modules.items() if p.name == "__init__.py"}
    exports = {name: _exports(path) for name, path in folders.items()}
    problems = []
    for path, node in _walk(root, Import):
        if not path.is_relative_to(package):
            continue
        own = _dotted(root, path.parent / "__init__.py")
        for module in _targets_of(node, own, modules, exports):
            folder = module if module in folders else module.rpartition(".")[0]
            is_around = f"{own}.".startswith(f"{folder}.")
            is_open = not exports.get(folder) and _battery(folder) == _battery(own)
            if not (exports.get(module) or is_around or is_open):
                problems.append(
                    f"{_at(root, path, node)}: reaches into {module}. Import from"
                    f" a front door, such as {'.'.join(module.split('.')[:2])}."
                )
    return problems


def list_unsafe_code(root: Path) -> list[str]:
    """List code that turns bytes or text into anything at all."""
    problems = []
    for path, node in _walk(root, Import | ast.Call):
        unsafe: list[str] = []
        if isinstance(node, ast.ImportFrom | ast.Import):
            tops = {module.partition(".")[0] for module in _modules_of(node)}
            unsafe = sorted(tops & UNSAFE_MODULES)
        elif isinstance(node, ast.Call) and _name_of(node.func) in UNSAFE_CALLS:
            unsafe = [_name_of(node.func)]
        if unsafe:
            problems.append(
                f"{_at(root, path, node)}: {unsafe[0]} can run any code."
                " Use JSON, or msgspec with a type."
            )
    return problems


def list_remote_assets(root: Path) -> list[str]:
    """List pages that load something from another host."""
    problems = []
    for path in list_files(root, "src", "examples"):
        if path.suffix not in PAGES:
            continue
        text = path.read_text(errors="replace")
        for match in REMOTE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            problems.append(
                f"{show(root, path)}:{line}: loads {match.group()!r} from another"
                " host. Ship the file with the package."
            )
    return problems


def list_modules(root: Path) -> list[Path]:
    """List the modules of the package, material for sites left out."""
    files = list_files(root, "src")
    return [p for p in files if p.suffix == ".py" and not MATERIAL & set(p.parts)]


def list_files(root: Path, *tops: str) -> list[Path]:
    """List the files below some folders of the tree."""
    files = [path for top in tops for path in (root / top).rglob("*") if path.is_file()]
    return sorted(path for path in files if "__pycache__" not in path.parts)


def show(root: Path, path: Path) -> str:
    """Return a path as it is shown in messages."""
    return path.relative_to(root).as_posix()


def _is_excused(root: Path, path: Path, bare: str) -> bool:
    """Excuse what is excused for a reason: contracts, Flask-Script's class, tests."""
    if path.parts[len(root.parts)] == "tests":
        return any(_test_of(root, module) == path for module in list_modules(root))
    if bare == "manager":
        # A user imports that class by name: it is the noun.
        return path.suffix == ".py" and "\nclass Manager" in path.read_text()
    return bare == "base" and path.with_name("memory.py").exists()


def _busy(path: Path) -> Iterator[tuple[int, str]]:
    tree = parse(path)
    exports: set[str] | None = None
    imported: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and not _checks_extra(node):
            imported |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign) and _names(node) <= FRONT_DOOR_NAMES:
            if "__all__" in _names(node):
                exports = set(ast.literal_eval(node.value))
        elif not _is_allowed(node):
            yield node.lineno, "a front door only re-exports. Move this to a module."
    if imported and exports is None:
        yield 1, "a front door lists what it exports. Define __all__."
    for name in sorted((exports or imported) - imported - {"__version__"}):
        if not _is_lazy(tree):
            yield 1, f"__all__ names {name!r}, which is not imported here."
    for name in sorted(imported - (exports or imported) - {"annotations"}):
        yield 1, f"imports {name!r} and does not export it in __all__."


def _checks_extra(node: ast.stmt) -> bool:
    """Allow the import that raises, before all others, if an extra is missing."""
    return ast.unparse(node) == "from . import requirements as requirements"


def _is_allowed(node: ast.stmt) -> bool:
    """Allow a docstring, and the hook by which names are imported when used."""
    if _checks_extra(node):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.FunctionDef) and node.name in {"__getattr__", "__dir__"}


def _is_lazy(tree: ast.Module) -> bool:
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return any(function.name == "__getattr__" for function in functions)


def _names(node: ast.Assign) -> set[str]:
    return {ast.unparse(target) for target in node.targets}


def _modules_of(node: ast.ImportFrom | ast.Import) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if node.module and not node.level else []


def _dotted(root: Path, path: Path) -> str:
    parts = path.relative_to(root / "src").with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _name_of(function: ast.expr) -> str:
    """Return a dotted name, or nothing for what has none or a long one."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def _battery(name: str) -> str:
    return ".".join(name.split(".")[:2])


def _exports(path: Path) -> set[str]:
    for node in parse(path).body:
        if isinstance(node, ast.Assign) and "__all__" in _names(node):
            return set(ast.literal_eval(node.value))
    return set()


def _targets_of(
    node: ast.AST, own: str, modules: dict[str, Path], exports: dict[str, set[str]]
) -> Iterator[str]:
    """Yield the modules of the package that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (a.name for a in node.names if a.name.startswith("carboy."))
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            base = f"{own}.{base}".removesuffix(".")
        if base.split(".")[0] == "carboy":
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                is_module = inner in modules and alias.name not in exports.get(base, ())
                yield inner if is_module else base


def _walk(root: Path, kinds: type | UnionType) -> Iterator[tuple[Path, ast.AST]]:
    for path in list_modules(root):
        for node in walk(path):
            if isinstance(node, kinds):
                yield path, node


def _test_of(root: Path, module: Path) -> Path:
    inner = module.relative_to(root / "src")
    if inner.parts[0] == "carboy":
        inner = inner.relative_to("carboy")
    return root / "tests" / inner.with_name(f"test_{inner.stem.lstrip('_')}.py")


def _has_contract(test: Path) -> bool:
    """Return whether one suite for all files of a folder of backends exists."""
    if test.parent.name != "backends":
        return False
    folders = (test.parent, test.parent.parent)
    return any((folder / "test_contract.py").exists() for folder in folders)


def _at(root: Path, path: Path, node: ast.AST) -> str:
    return f"{show(root, path)}:{getattr(node, 'lineno', 0)}"
