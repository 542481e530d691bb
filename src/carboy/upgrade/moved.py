"""Rules for names that live elsewhere, or are called otherwise, than they were."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from .imports import add_import, import_text, remove_aliases, rename_source
from .module import Module
from .rule import Finding
from .scopes import Binding
from .source import Edit


def moved_names(
    names: Mapping[str, str],
    modules: Mapping[str, str] | None = None,
    pattern: tuple[str, str] | None = None,
) -> Callable[[Module], Iterator[Finding]]:
    """Return a check for dotted paths and whole modules, each with the new one.

    `pattern` is a regular expression for the start of a path, and its replacement.
    """
    return _MovedNames(dict(names), dict(modules or {}), pattern).check


class _MovedNames:
    def __init__(
        self,
        names: dict[str, str],
        modules: dict[str, str],
        pattern: tuple[str, str] | None,
    ) -> None:
        self._names = names
        self._modules = modules
        self._pattern = pattern
        self._last_words = {path.rpartition(".")[2] for path in names}

    def check(self, module: Module) -> Iterator[Finding]:
        for node in module.nodes(ast.ImportFrom):
            if node.level == 0 and not module.is_guarded(node):
                yield from self._check_from(module, node)
        for statement in module.nodes(ast.Import):
            if not module.is_guarded(statement):
                yield from self._check_import(module, statement)
        yield from self._check_attributes(module)
        if module.scope.stars:
            yield from self._check_stars(module)

    def _new_path(self, path: str) -> str:
        if path in self._names:
            return self._names[path]
        for old, new in self._modules.items():
            if path == old or path.startswith(f"{old}."):
                return new + path[len(old) :]
        if self._pattern and re.match(self._pattern[0], path):
            return re.sub(*self._pattern, path, count=1)
        return ""

    def _check_from(self, module: Module, node: ast.ImportFrom) -> Iterator[Finding]:
        start = node.module or ""
        moved = {
            alias: new
            for alias in node.names
            if (new := self._new_path(f"{start}.{alias.name}"))
        }
        if not moved:
            return
        sources = {path.rpartition(".")[0] for path in moved.values()}
        same = all(path.endswith(f".{a.name}") for a, path in moved.items())
        if len(moved) == len(node.names) and same and len(sources) == 1:
            new = sources.pop()
            if new:
                edit = rename_source(module, node, new)
                words = [f"{start}.{a.name} is {path}" for a, path in moved.items()]
                yield Finding(module.start(node), "; ".join(words), (edit,))
                return
        edits: list[Edit] = []
        removed: list[ast.alias] = []
        added: list[str] = []
        words = []
        for alias, new in moved.items():
            if alias.name == "*":
                continue
            own, lines = self._move(module, node, alias, new)
            edits += own
            if lines is not None:
                removed.append(alias)
                added += lines
            words.append(f"{start}.{alias.name} is {new}")
        if removed:
            edits += remove_aliases(module, node, removed, join_imports(added))
        if edits:
            yield Finding(module.start(node), "; ".join(words), tuple(edits))

    def _move(
        self, module: Module, node: ast.ImportFrom, alias: ast.alias, new: str
    ) -> tuple[list[Edit], list[str] | None]:
        """Return edits, and statements to add if the alias is to be removed."""
        local = alias.asname or alias.name
        parent, _, last = new.rpartition(".")
        edits: list[Edit] = []
        name = local
        if last != alias.name and alias.asname is None:
            renamed = self._rename_uses(module, alias, last, new)
            if renamed is not None:
                edits, name = renamed, last
        is_known = _imports(module, alias, new, name)
        if is_known:
            return edits, []
        if parent == node.module:
            text = last if name == last else f"{last} as {name}"
            return [*edits, module.replace(alias, text)], None
        return edits, [import_text(new, name)]

    def _rename_uses(
        self, module: Module, alias: ast.alias, name: str, new: str
    ) -> list[Edit] | None:
        """Return the edits of all uses of an imported name; None if it has to stay."""
        bound = _bindings_of(module, alias)
        if module.is_shared(alias.name) or any(len(b) != 1 for b, _ in bound):
            return None
        if not module.is_free(name) and not _imports(module, alias, new, name):
            return None
        edits = [module.replace(use, name) for _, uses in bound for use in uses]
        return None if any(edit.start < 0 for edit in edits) else edits

    def _check_import(self, module: Module, node: ast.Import) -> Iterator[Finding]:
        for alias in node.names:
            new = self._new_path(alias.name)
            if not new:
                continue
            message = f"{alias.name} is {new}"
            if alias.asname:
                text = f"{new} as {alias.asname}"
                edits = (module.replace(alias, text),)
                yield Finding(module.start(node), message, edits)
            elif "." not in alias.name:
                text = f"{new} as {alias.name}"
                edits = (module.replace(alias, text),)
                yield Finding(module.start(node), message, edits)
            else:
                advice = f"{message}. Import {new}, and write it where it is used"
                yield Finding(module.start(node), advice)

    def _check_attributes(self, module: Module) -> Iterator[Finding]:
        for node in module.nodes(ast.Attribute):
            if node.attr not in self._last_words or module.is_guarded(node):
                continue
            path = module.path(node)
            new = self._names.get(path, "")
            if not new:
                continue
            if path.rpartition(".")[0] == new.rpartition(".")[0]:
                edit = module.rename(node, new.rpartition(".")[2])
                yield Finding(module.start(node), f"{path} is {new}", (edit,))
                continue
            added = add_import(module, new)
            if added is None:
                yield Finding(module.start(node), f"{path} is {new}. Import it")
                continue
            code, edits = added
            edits = [*edits, module.replace(node, code)]
            yield Finding(module.start(node), f"{path} is {new}", tuple(edits))

    def _check_stars(self, module: Module) -> Iterator[Finding]:
        for node in module.nodes(ast.Name):
            path = module.star_path(node, self._names)
            if not path or not isinstance(node.ctx, ast.Load):
                continue
            new = self._names[path]
            parent, _, last = new.rpartition(".")
            edits: list[Edit] = []
            if parent != path.rpartition(".")[0]:
                added = add_import_as(module, new, node.id)
                if added is None:
                    continue
                edits = added
            elif last != node.id:
                edits = [module.replace(node, last)]
            if edits:
                yield Finding(module.start(node), f"{path} is {new}", tuple(edits))


def join_imports(lines: list[str]) -> list[str]:
    """Return statements with those that import from one module in one line."""
    joined: dict[str, list[str]] = {}
    for line in dict.fromkeys(lines):
        start, has_names, name = line.partition(" import ")
        joined.setdefault(start, [])
        if has_names:
            joined[start].append(name)
    return [
        f"{start} import {', '.join(sorted(names))}" if names else start
        for start, names in joined.items()
    ]


def add_import_as(module: Module, path: str, name: str) -> list[Edit] | None:
    """Return the edits that bind `name`, which is used and bound nowhere, to a path."""
    if module.scope.bindings.get(name):
        return None
    stars = [
        node
        for node in module.nodes(ast.ImportFrom)
        if node.names[0].name == "*" and module.parent(node) is module.tree
    ]
    if not stars:
        return None
    end = module.source.line_end(module.end(stars[-1]))
    if module.source.data[end - 1 : end] not in {b"\n", b"\r"}:
        return None
    return [Edit(end, end, import_text(path, name) + module.source.newline)]


def _bindings_of(
    module: Module, alias: ast.alias
) -> list[tuple[list[Binding], list[ast.Name]]]:
    """Return the bindings of the name that an alias binds, with the uses of each."""
    name = alias.asname or alias.name
    groups: dict[int, tuple[list[Binding], list[ast.Name]]] = {}
    for node in module.nodes(ast.Name):
        if node.id == name:
            bound = module.bindings(node)
            if any(b.alias is alias for b in bound):
                groups.setdefault(id(bound), (bound, []))[1].append(node)
    return [*groups.values()]


def _imports(module: Module, alias: ast.alias, path: str, name: str) -> bool:
    """Return whether another import of the same scope binds `name` to `path`."""
    scope = module.scope_of(alias)
    bound = [b for b in scope.bindings.get(name, []) if b.alias is not alias]
    return bool(bound) and all(b.path == path for b in bound)
