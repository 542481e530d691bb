"""Scopes of a module: which names each one binds, and to what."""

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from typing import ClassVar

Statement = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """A place that binds a name: an import with its path, an assignment, any other."""

    node: ast.AST
    path: str = ""
    value: ast.expr | None = None
    alias: ast.alias | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class, function or comprehension."""

    node: ast.AST
    parent: "Scope | None"
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)

    @property
    def is_class(self) -> bool:
        """Whether names of this scope are not visible in functions inside of it."""
        return isinstance(self.node, ast.ClassDef)

    def find(self, name: str) -> list[Binding]:
        """Return the bindings that a name refers to in this scope; none if unknown."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings and (scope is self or not scope.is_class):
                return scope.bindings[name]
            scope = scope.parent
        return []

    def root(self) -> "Scope":
        """Return the scope of the module."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LEAVES = (
    ast.Load,
    ast.Store,
    ast.Del,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.boolop,
)


class ScopeBuilder:
    """Walks a tree once, and keeps scopes, parents and the nodes of each type."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope(tree, None)
        self.nodes: dict[type, list[ast.AST]] = defaultdict(list)
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        self.formatted: set[ast.AST] = set()
        self._in_format = False
        self._walk_fields(tree, self.module)

    def _walk_fields(self, node: ast.AST, scope: Scope) -> None:
        for name in node._fields:
            value = getattr(node, name, None)
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, ast.AST) and not isinstance(child, _LEAVES):
                    self._walk(child, node, scope)

    def _walk(self, node: ast.AST, parent: ast.AST, scope: Scope) -> None:
        kind = type(node)
        self.nodes[kind].append(node)
        self.parents[node] = parent
        if self._in_format:
            self.formatted.add(node)
        if kind is ast.Name:
            self._name(node, parent, scope)  # type: ignore[arg-type]  # it is a Name
        elif kind in self._visitors:
            self._visitors[kind](self, node, scope)
        else:
            self._walk_fields(node, scope)

    def bind(self, scope: Scope, name: str, binding: Binding) -> None:
        """Add a binding of a name, in the scope that `global` or `nonlocal` says."""
        if name in scope.outer:
            scope = scope.root()
        scope.bindings.setdefault(name, []).append(binding)

    def _name(self, node: ast.Name, parent: ast.AST, scope: Scope) -> None:
        self.scopes[node] = scope
        if isinstance(node.ctx, ast.Load):
            return
        value = None
        if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            value = parent.value
        if isinstance(parent, ast.NamedExpr):
            while isinstance(scope.node, _COMPREHENSIONS) and scope.parent:
                scope = scope.parent
        self.bind(scope, node.id, Binding(node, value=value))

    def _function(self, node: ast.AST, scope: Scope) -> None:
        if not isinstance(node, _FUNCTIONS):
            return
        self.bind(scope, node.name, Binding(node))
        self.scopes[node] = scope
        inner = Scope(node, scope)
        for child in node.decorator_list:
            self._walk(child, node, scope)
        if node.returns:
            self._walk(node.returns, node, scope)
        self._arguments(node.args, scope, inner)
        for statement in node.body:
            self._walk(statement, node, inner)

    def _lambda(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Lambda):
            inner = Scope(node, scope)
            self._arguments(node.args, scope, inner)
            self._walk(node.body, node, inner)

    def _arguments(self, args: ast.arguments, outer: Scope, inner: Scope) -> None:
        self.nodes[ast.arguments].append(args)
        for default in [*args.defaults, *args.kw_defaults]:
            if default is not None:
                self._walk(default, args, outer)
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        for arg in [*every, args.vararg, args.kwarg]:
            if arg is not None:
                self.bind(inner, arg.arg, Binding(arg))
                if arg.annotation:
                    self._walk(arg.annotation, arg, outer)

    def _class(self, node: ast.AST, scope: Scope) -> None:
        if not isinstance(node, ast.ClassDef):
            return
        self.bind(scope, node.name, Binding(node))
        self.scopes[node] = scope
        for child in [*node.decorator_list, *node.bases, *node.keywords]:
            self._walk(child, node, scope)
        inner = Scope(node, scope)
        for statement in node.body:
            self._walk(statement, node, inner)

    def _comprehension(self, node: ast.AST, scope: Scope) -> None:
        inner = Scope(node, scope)
        first, *others = getattr(node, "generators", [])
        self.parents[first] = node
        self._walk(first.iter, first, scope)
        for child in [first.target, *first.ifs, *others]:
            self._walk(child, node, inner)
        for name in ("elt", "key", "value"):
            child = getattr(node, name, None)
            if child is not None:
                self._walk(child, node, inner)

    def _import(self, node: ast.AST, scope: Scope) -> None:
        for alias in getattr(node, "names", []):
            self.parents[alias] = node
            self.scopes[alias] = scope
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            self.bind(scope, alias.asname or path, Binding(node, path, alias=alias))

    def _import_from(self, node: ast.AST, scope: Scope) -> None:
        if not isinstance(node, ast.ImportFrom):
            return
        start = "." * node.level + (node.module or "")
        for alias in node.names:
            self.parents[alias] = node
            self.scopes[alias] = scope
            if alias.name == "*":
                scope.root().stars.append(start)
                continue
            path = f"{start}.{alias.name}" if node.module else f"{start}{alias.name}"
            name = alias.asname or alias.name
            self.bind(scope, name, Binding(node, path, alias=alias))

    def _outer(self, node: ast.AST, scope: Scope) -> None:
        scope.outer.update(getattr(node, "names", []))

    def _handler(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.ExceptHandler) and node.name:
            self.bind(scope, node.name, Binding(node))
        self._walk_fields(node, scope)

    def _pattern(self, node: ast.AST, scope: Scope) -> None:
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if name:
            self.bind(scope, name, Binding(node))
        self._walk_fields(node, scope)

    def _format(self, node: ast.AST, scope: Scope) -> None:
        before, self._in_format = self._in_format, True
        self._walk_fields(node, scope)
        self._in_format = before

    _visitors: ClassVar = {
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.Lambda: _lambda,
        ast.ClassDef: _class,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.DictComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.Global: _outer,
        ast.Nonlocal: _outer,
        ast.ExceptHandler: _handler,
        ast.MatchAs: _pattern,
        ast.MatchStar: _pattern,
        ast.MatchMapping: _pattern,
        ast.JoinedStr: _format,
    }
