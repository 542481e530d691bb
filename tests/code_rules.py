"""Rules about names, comments and docstrings: each check lists the violations.

Apart from the tests, so that each check can be shown a bad tree as well.
"""

import ast
import math
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import list_files, list_modules, show
from tests.source_trees import parse, walk

MAX_FUNCTION_LINES = 60
VERBS = re.compile(r"(?:Gives?|Tells?|Lets?|Says?)\b")
CODES = r"[A-Z]+\d+(?:,\ [A-Z]+\d+)*"
IS_SILENCER = re.compile(r"\bnoqa\b|\btype:\s*ignore\b", re.IGNORECASE)
SILENCER_FORM = re.compile(
    rf"""\#\ (?:ruff:\ )?noqa:\ {CODES}\ -\ \S.*
       | \#\ type:\ ignore\[[\w-]+(?:,\ [\w-]+)*\]
         \ \ \#\ (?:noqa:\ {CODES}\ -\ )?(?!noqa)\S.*
    """,
    re.VERBOSE,
)
KINDS = {"noqa": re.compile(r"\bnoqa\b"), "type: ignore": re.compile(r"type:\s*ignore")}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def list_repeated_class_names(root: Path, allowed: dict[str, str]) -> list[str]:
    """List class names that the package defines more than once, unless `allowed`."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in list_modules(root):
        for node in walk(path):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{show(root, path)}:{node.lineno}")
    repeated = {name: lines for name, lines in places.items() if len(lines) > 1}
    problems = [
        f"{', '.join(lines)}: {len(lines)} classes are called {name}. Rename"
        f" {len(lines) - 1} of them."
        for name, lines in sorted(repeated.items())
        if name not in allowed
    ]
    return problems + [
        f"{name} may be repeated and is not. Remove it from the list."
        for name in sorted(allowed.keys() - repeated.keys())
    ]


def list_long_functions(root: Path, allowed: dict[str, str]) -> list[str]:
    """List functions over the limit; `allowed` has a reason for `path:function`."""
    problems = []
    unused = set(allowed)
    for path in list_modules(root):
        for node in _functions(path):
            name = f"{show(root, path)}:{node.name}"
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count <= MAX_FUNCTION_LINES:
                continue
            unused.discard(name)
            if name not in allowed:
                problems.append(
                    f"{show(root, path)}:{node.lineno}: {node.name}() has {count}"
                    f" lines, over {MAX_FUNCTION_LINES}. Split it."
                )
    return problems + [
        f"{name} is allowed to be long and is not. Remove it from the list."
        for name in sorted(unused)
    ]


def list_budget_deviations(root: Path, budget: dict[str, int]) -> list[str]:
    """List the kinds of silencers in the package of which there are more or fewer."""
    counts: Counter[str] = Counter()
    for path in list_modules(root):
        for _line, comment in _comments(path):
            counts.update(kind for kind, word in KINDS.items() if word.search(comment))
    problems = []
    for kind, limit in budget.items():
        if counts[kind] > limit:
            problems.append(
                f"The package has {counts[kind]} comments {kind!r}, over the budget of"
                f" {limit}. Change the code so that it needs none."
            )
        elif counts[kind] < limit:
            problems.append(
                f"The package has only {counts[kind]} comments {kind!r}. Lower the"
                f" budget from {limit}."
            )
    return problems


def list_malformed_silencers(root: Path) -> list[str]:
    """List comments that silence a rule in another form, or without a reason."""
    files = list_files(root, "src", "tests", "scripts", "bench")
    return [
        f"{show(root, path)}:{line}: {comment!r} is malformed. Write"
        " `# noqa: CODE - reason` or `# type: ignore[code]  # reason`."
        for path in files
        if path.suffix == ".py"
        for line, comment in _comments(path)
        if IS_SILENCER.search(comment) and not SILENCER_FORM.fullmatch(comment)
    ]


def list_vague_docstrings(root: Path) -> list[str]:
    """List docstrings of functions that begin with a vague verb."""
    return [
        f"{show(root, path)}:{node.lineno}: the docstring of {node.name}() begins with"
        f" {match[0]!r}. Use a verb such as Return, Yield, Raise or Set."
        for path in list_modules(root)
        for node in _functions(path)
        if (match := VERBS.match(ast.get_docstring(node) or ""))
    ]


def list_needless_future_imports(root: Path, allowed: dict[str, str]) -> list[str]:
    """List imports of `annotations` in modules whose annotations can be evaluated.

    A module needs it if an annotation names something that is defined further below,
    that the annotation is inside of, or that is imported for type checkers only.
    `allowed` has a reason for each path with another need.
    """
    problems = []
    unused = set(allowed)
    for path in list_modules(root):
        tree = parse(path)
        name = show(root, path)
        has_import = any(_is_future_import(node) for node in tree.body)
        if has_import:
            unused.discard(name)
        if has_import and name not in allowed and not _has_forward_reference(tree):
            problems.append(
                f"{name} imports annotations from __future__ and has no forward"
                " reference. Remove the import."
            )
    return problems + [
        f"{name} may import annotations and does not. Remove it from the list."
        for name in sorted(unused)
    ]


def _is_future_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _has_forward_reference(tree: ast.Module) -> bool:
    ends = {name: line for node in tree.body for name, line in _names_bound_by(node)}
    return any(
        ends.get(name.id, 0) >= name.lineno
        for annotation in _evaluated_annotations(tree)
        for name in ast.walk(annotation)
        if isinstance(name, ast.Name)
    )


def _names_bound_by(node: ast.stmt) -> Iterator[tuple[str, float]]:
    """Yield names and the line at whose end they can be used."""
    end = node.end_lineno or node.lineno
    if isinstance(node, ast.ClassDef):
        yield node.name, end
    elif isinstance(node, ast.Assign):
        yield from ((t.id, end) for t in node.targets if isinstance(t, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id, end
    elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        for child in ast.walk(node):
            if isinstance(child, ast.alias):
                yield child.asname or child.name, math.inf


def _evaluated_annotations(
    scope: ast.Module | ast.ClassDef | ast.If | ast.Try,
) -> Iterator[ast.expr]:
    """Yield the annotations that Python evaluates when it imports the module."""
    for node in scope.body:
        if isinstance(node, ast.AnnAssign):
            yield node.annotation
        elif isinstance(node, FunctionNode):
            own = node.args
            parameters = [*own.posonlyargs, *own.args, *own.kwonlyargs]
            parameters += [a for a in (own.vararg, own.kwarg) if a is not None]
            yield from (a.annotation for a in parameters if a.annotation is not None)
            if node.returns is not None:
                yield node.returns
        elif isinstance(node, ast.ClassDef | ast.If | ast.Try):
            yield from _evaluated_annotations(node)


def _functions(path: Path) -> Iterator[FunctionNode]:
    return (node for node in walk(path) if isinstance(node, FunctionNode))


def _comments(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments of a file in which a rule may be silenced."""
    if not IS_SILENCER.search(path.read_text()):
        # To split a file into tokens takes most of the time.
        return
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
