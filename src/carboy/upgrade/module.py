"""A parsed module as rules see it: names resolved to what they were imported as."""

import ast
from collections.abc import Iterator
from typing import TypeVar

from .project import PACKAGES, Project
from .scopes import Binding, Scope, ScopeBuilder
from .source import Edit, SourceText, span

NodeT = TypeVar("NodeT", bound=ast.AST)

_APP_FACTORIES = ("create_app", "make_app", "build_app", "get_app", "app_factory")
_UNKNOWN = Edit(-1, -1, "")


class Module:
    """The text, the tree and the names of one Python file."""

    def __init__(self, data: bytes, project: Project | None = None) -> None:
        self.source = SourceText(data)
        self.tree = ast.parse(data)
        self.project = project or Project()
        scopes = ScopeBuilder(self.tree)
        self.scope = scopes.module
        self._nodes = scopes.nodes
        self._parents = scopes.parents
        self._scopes = scopes.scopes
        self._formatted = scopes.formatted
        self._paths: dict[ast.AST, str] = {}

    def nodes(self, kind: type[NodeT]) -> list[NodeT]:
        """Return all nodes of a type."""
        return self._nodes[kind]  # type: ignore[return-value]  # keyed by their type

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node around a node."""
        return self._parents.get(node)

    def parents(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, from the inside."""
        parent = self._parents.get(node)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the statement that a node is part of."""
        for outer in (node, *self.parents(node)):
            if isinstance(outer, ast.stmt):
                return outer
        raise LookupError(ast.dump(node))

    def is_guarded(self, node: ast.AST) -> bool:
        """Return whether a node is in a `try` that expects failures, or in its handler.

        Such code supports several versions already.
        """
        for outer in self.parents(node):
            if isinstance(outer, ast.Try) and any(map(_is_broad, outer.handlers)):
                return True
            if isinstance(outer, ast.If) and _compares_versions(outer.test):
                return True
        return False

    # Names.

    def bindings(self, name: ast.Name) -> list[Binding]:
        """Return what a name refers to."""
        return self._scopes[name].find(name.id)

    def scope_of(self, node: ast.AST) -> Scope:
        """Return the scope that a name, an alias, a function or a class is in."""
        return self._scopes[node]

    def uses(self, binding: Binding) -> list[ast.Name]:
        """Return the names that refer to a binding."""
        return [n for n in self.nodes(ast.Name) if binding in self.bindings(n)]

    def path(self, node: ast.AST) -> str:
        """Return the dotted path that an expression was imported from, or ``''``."""
        known = self._paths.get(node)
        if known is None:
            known = self._paths[node] = self._find_path(node)
        return known

    def _find_path(self, node: ast.AST) -> str:
        if isinstance(node, ast.Name):
            paths = {binding.path for binding in self.bindings(node)}
            return paths.pop() if len(paths) == 1 else ""
        if isinstance(node, ast.Attribute):
            inner = self.path(node.value)
            return f"{inner}.{node.attr}" if inner else ""
        return ""

    def star_path(self, node: ast.Name, paths: "dict[str, str] | set[str]") -> str:
        """Return the one of `paths` that a name has from an `import *`, or ``''``."""
        if self.bindings(node) or not self.scope.stars:
            return ""
        found = [f"{star}.{node.id}" for star in self.scope.stars]
        return next((path for path in found if path in paths), "")

    def kind(self, node: ast.AST) -> str:
        """Return the path of the class whose object an expression is, or ``''``."""
        path = self.path(node)
        if path:
            return self._kind_of_path(path)
        if isinstance(node, ast.Call):
            return self._kind_of_call(node)
        if not isinstance(node, ast.Name):
            return ""
        bound = self.bindings(node)
        if not bound and self.scope.stars:
            return self.project.find(node.id)
        values = [binding.value for binding in bound]
        kinds = {self.kind(v) if isinstance(v, ast.Call) else "" for v in values}
        return kinds.pop() if len(kinds) == 1 else ""

    def _kind_of_path(self, path: str) -> str:
        if path == "flask.current_app":
            return "flask.Flask"
        top, _, rest = path.rpartition(".")
        return "" if top.partition(".")[0] in PACKAGES else self.project.find(rest)

    def class_path(self, node: ast.AST) -> str:
        """Return the path of a class, or of the one that a class of this module is."""
        path = self.path(node)
        if path or not isinstance(node, ast.Name):
            return path
        nodes = [binding.node for binding in self.bindings(node)]
        if len(nodes) == 1 and isinstance(nodes[0], ast.ClassDef):
            return self.path(nodes[0].bases[0]) if nodes[0].bases else ""
        return ""

    def _kind_of_call(self, node: ast.Call) -> str:
        path = self.class_path(node.func)
        name = path or getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        last = name.rsplit(".", 1)[-1]
        if last in _APP_FACTORIES:
            return "flask.Flask"
        if isinstance(node.func, ast.Name) and not path:
            star = {f"{s}.{node.func.id}" for s in self.scope.stars}
            if not self.bindings(node.func) and len(star) == 1:
                return star.pop()
        return path

    def is_free(self, name: str) -> bool:
        """Return whether a name is bound nowhere in the module, and is no builtin."""
        if any(node.id == name for node in self.nodes(ast.Name)):
            return False
        named = [
            *(node.name for node in self.nodes(ast.FunctionDef)),
            *(node.name for node in self.nodes(ast.AsyncFunctionDef)),
            *(node.name for node in self.nodes(ast.ClassDef)),
        ]
        args = [a.arg for node in self.nodes(ast.arguments) for a in _args(node)]
        return name not in {*named, *args, *self.scope.bindings}

    def is_shared(self, name: str) -> bool:
        """Return whether another module may import a name from this one."""
        return name in self.project.shared or name in self._exported()

    def _exported(self) -> set[str]:
        names = set()
        for binding in self.scope.bindings.get("__all__", []):
            if isinstance(binding.value, ast.List | ast.Tuple):
                names |= {getattr(e, "value", "") for e in binding.value.elts}
        return names

    # Text.

    def start(self, node: ast.AST) -> int:
        """Return the position of a node's first byte."""
        return span(self.source, node)[0]

    def end(self, node: ast.AST) -> int:
        """Return the position after a node."""
        return span(self.source, node)[1]

    def text(self, node: ast.AST) -> str:
        """Return the text of a node."""
        return self.source.get(*span(self.source, node))

    def indent(self, node: ast.AST) -> str:
        """Return the whitespace before the line of a node."""
        line = self.source.lines[getattr(node, "lineno", 1) - 1]
        text = self.source.get(line, self.source.line_end(line))
        return text[: len(text) - len(text.lstrip(" \t"))]

    def replace(self, node: ast.AST, text: str) -> Edit:
        """Return the edit that replaces a node; of unknown place in old f-strings."""
        start, end = span(self.source, node)
        if node in self._formatted and not self._is_exact(node, text):
            return _UNKNOWN
        return Edit(start, end, text)

    def _is_exact(self, node: ast.AST, text: str) -> bool:
        if set(text) & {'"', "'", "\\"}:
            return False
        try:
            tree = ast.parse(self.text(node), mode="eval")
        except (SyntaxError, ValueError):
            return False
        return ast.dump(tree.body) == ast.dump(node)

    def name_span(self, node: ast.Attribute) -> tuple[int, int]:
        """Return the positions of the name behind the dot of an attribute."""
        end = self.end(node)
        return end - len(node.attr.encode()), end

    def rename(self, node: ast.Attribute, name: str) -> Edit:
        """Return the edit that renames the attribute behind the dot."""
        start, end = self.name_span(node)
        if self.source.get(start, end) != node.attr:
            return _UNKNOWN
        return Edit(start, end, name)


def _args(node: ast.arguments) -> list[ast.arg]:
    every = [*node.posonlyargs, *node.args, *node.kwonlyargs, node.vararg, node.kwarg]
    return [arg for arg in every if arg is not None]


def _compares_versions(test: ast.expr) -> bool:
    words = ("version_info", "PY2", "PY3", "__version__")
    names = {getattr(n, "attr", getattr(n, "id", "")) for n in ast.walk(test)}
    return not names.isdisjoint(words)


def _is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = [handler.type] if handler.type else []
    if kinds and isinstance(kinds[0], ast.Tuple):
        kinds = kinds[0].elts
    return not kinds or any(getattr(kind, "id", "") in _FAILURES for kind in kinds)


_FAILURES = {"ImportError", "ModuleNotFoundError", "AttributeError", "Exception"}
