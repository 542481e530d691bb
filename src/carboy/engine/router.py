"""The compiled URL map: matches what Werkzeug's matcher would match, or nothing.

Only a certain match is answered here. No match, a redirect, a wrong method, a web
socket and whatever else is special is left to Werkzeug, which knows what to raise.
"""

import re
from collections.abc import Callable
from typing import Any, NoReturn

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import (
    BaseConverter,
    IntegerConverter,
    Map,
    Rule,
    ValidationError,
)
from werkzeug.routing.converters import DEFAULT_CONVERTERS
from werkzeug.routing.exceptions import NoMatch, WebsocketMismatch
from werkzeug.routing.matcher import State

Found = tuple[Rule, dict[str, Any]]
Converters = tuple[tuple[str, Callable[[str], Any] | None], ...]
Hit = tuple[Rule, list[str]]

# Python refuses to read integers that are much longer.
MAX_DIGITS = 600
_number_to_python = IntegerConverter.to_python
_STOCK_CONVERTERS = tuple(dict.fromkeys(DEFAULT_CONVERTERS.values()))
_STOCK_READERS = [vars(kind).get("to_python") for kind in _STOCK_CONVERTERS]
_NO_HEADS: dict[str, "Node"] = {}
_NO_LEAVES: dict[str, "Leaf"] = {}


class UndecidedError(Exception):
    """Raised where only Werkzeug knows what is right."""


class Node:
    """One state of Werkzeug's matcher, with its patterns compiled."""

    __slots__ = ("dynamic", "rules", "static")

    def __init__(self, state: State) -> None:
        # The live list, so that a rule which is added later is seen here too.
        self.rules = state.rules
        self.static = {part: Node(below) for part, below in state.static.items()}
        self.dynamic = [Branch(part, below) for part, below in state.dynamic]


class Branch:
    """A transition that consumes a variable part."""

    __slots__ = ("decimal", "final", "groups", "match", "node", "suffixed")

    def __init__(self, part: Any, below: State) -> None:
        pattern = re.compile(part.content)
        names = [name for name in pattern.groupindex if name.startswith("__werkzeug_")]
        self.groups = sorted(names, key=lambda name: int(name[11:]))
        self.match = pattern.match
        # A lone `<int:x>`: `str.isdecimal` accepts what the pattern accepts, for less.
        self.decimal = part.content == r"(?P<__werkzeug_0>\d+)\Z"
        self.final = part.final
        self.suffixed = part.suffixed
        self.node = Node(below)


class Leaf:
    """A static path whose last part may be an integer: `/users/<int:id>`."""

    __slots__ = ("names", "rules", "static")

    def __init__(
        self, node: Node, rules: list[Rule], converters: dict[int, Converters]
    ) -> None:
        self.static = node.static
        self.rules = rules
        # Rule to the name of its only argument, where nothing but `int` converts it.
        self.names = {
            id(rule): found[0][0]
            for rule in rules
            if (found := converters.get(id(rule))) is not None
            and [step for _, step in found] == [int]
            and not rule.defaults
        }

    def take(self, tail: str, method: str) -> Found | None:
        """Return the match that Werkzeug would make first, if it is that simple."""
        if tail in self.static or len(tail) > MAX_DIGITS:
            return None
        found = self.find(method)
        return None if found is None else (found[0], {found[1]: int(tail)})

    def find(self, method: str) -> tuple[Rule, str] | None:
        """Return the first rule of a method, and the name of its number."""
        for rule in self.rules:
            if rule.methods is None or method in rule.methods:
                name = self.names.get(id(rule))
                return None if name is None else (rule, name)
        return None


class Router:
    """A compiled URL map; a new one is made when the map has changed."""

    def __init__(self, url_map: Map) -> None:
        self.stale = False
        url_map.update()
        self.root = Node(url_map._matcher._root)  # noqa: SLF001 - no public face
        # By `id`: Werkzeug's rules have no hash, and the map keeps them alive.
        self.converters: dict[int, Converters] = {}
        for rules in url_map._rules_by_endpoint.values():  # noqa: SLF001 - as above
            for place, rule in enumerate(rules):
                if _is_plain(rule, rules[:place]):
                    self.converters[id(rule)] = _converters_of(rule)
        self.is_pure = _is_pure(url_map)
        # Domain and path, as WSGI spells it, to the rules of a path without variables.
        self.static: dict[str, dict[str, list[Rule]]] = {}
        # Domain and static path to its node. Where only the last part is variable the
        # walk starts here, so that 500 routes cost what 5 cost.
        self.heads: dict[str, dict[str, Node]] = {}
        # The same where a lone integer comes first.
        self.leaves: dict[str, dict[str, Leaf]] = {}
        for domain, node in self.root.static.items():
            self.static[domain], self.heads[domain] = {}, {}
            self.leaves[domain] = {}
            for part, below in node.static.items():
                self._collect(domain, part, below)

    def find(self, domain: str, path: str, method: str) -> Found | None:
        """Return rule and arguments for a path, or None."""
        # As Werkzeug's adapter prepares them.
        path, method = "/" + path.lstrip("/"), method.upper()
        head, _, tail = path.rpartition("/")
        leaf = self.leaves.get(domain, _NO_LEAVES).get(head)
        if leaf is not None and tail.isdecimal():
            found = leaf.take(tail, method)
            if found is not None:
                return found
        unmatched: list[Rule | None] = []
        try:
            hit = self._match_last_part(domain, head, tail, method, unmatched)
            if hit is None:
                unmatched.clear()
                parts = [domain, *path.split("/")]
                hit = _walk(self.root, parts, [], method, unmatched)
        except UndecidedError:
            return None
        if hit is None or (converters := self.converters.get(id(hit[0]))) is None:
            return None
        return hit[0], _convert(hit, converters, unmatched)

    def _match_last_part(
        self,
        domain: str,
        head: str,
        tail: str,
        method: str,
        unmatched: list[Rule | None],
    ) -> Hit | None:
        node = self.heads.get(domain, _NO_HEADS).get(head)
        return None if node is None else _walk(node, [tail], [], method, unmatched)

    def _collect(self, domain: str, path: str, node: Node) -> None:
        branch = node.dynamic[0] if node.dynamic else None
        if branch is not None and branch.decimal:
            self.leaves[domain][path] = Leaf(node, branch.node.rules, self.converters)
        self.heads[domain][path] = node
        plain = all(id(rule) in self.converters for rule in node.rules)
        # Werkzeug folds leading slashes before it matches: such a rule is never met.
        if node.rules and plain and not path.startswith("//"):
            self.static[domain][path.encode().decode("latin-1")] = node.rules
        for part, below in node.static.items():
            self._collect(domain, f"{path}/{part}", below)


def _is_pure(url_map: Map) -> bool:
    """Return whether no match can run code of the app."""
    readers = [vars(kind).get("to_python") for kind in _STOCK_CONVERTERS]
    return readers == _STOCK_READERS and all(
        type(each) in _STOCK_CONVERTERS and "to_python" not in vars(each)
        for rule in url_map.iter_rules()
        for each in rule._converters.values()  # noqa: SLF001 - no public face
    )


def _is_plain(rule: Rule, before: list[Rule]) -> bool:
    """Return whether a match of this rule is never a redirect."""
    return (
        not rule.build_only
        and not rule.alias
        and not rule.websocket
        and rule.redirect_to is None
        and not any(other.provides_defaults_for(rule) for other in before)
    )


def _converters_of(rule: Rule) -> Converters:
    converters = rule._converters  # noqa: SLF001 - no public face
    return tuple((str(name), _converter_of(each)) for name, each in converters.items())


def _converter_of(converter: BaseConverter) -> Callable[[str], Any] | None:
    """Return the conversion of a matched part; None leaves the text as it is."""
    kind = type(converter)
    own = vars(converter)
    if "to_python" in own:
        return converter.to_python
    if kind.to_python is BaseConverter.to_python:
        return None
    free = not own.get("fixed_digits") and own.get("min") is own.get("max") is None
    if kind is IntegerConverter and kind.to_python is _number_to_python and free:
        return int
    return converter.to_python


def _walk(
    node: Node,
    parts: list[str],
    values: list[str],
    method: str,
    unmatched: list[Rule | None],
) -> Hit | None:
    if not parts:
        return _accept_rule(node, values, method, unmatched)
    part = parts[0]
    below = node.static.get(part)
    if below is not None:
        hit = _walk(below, parts[1:], values, method, unmatched)
        if hit is not None:
            return hit
    for branch in node.dynamic:
        hit = _branch(branch, parts, values, method, unmatched)
        if hit is not None:
            return hit
    if parts == [""]:
        return _accept_loose_slash(node, values, method, unmatched)
    return None


def _branch(
    branch: Branch,
    parts: list[str],
    values: list[str],
    method: str,
    unmatched: list[Rule | None],
) -> Hit | None:
    target, rest = parts[0], parts[1:]
    if branch.decimal:
        if not target.isdecimal():
            return None
        return _walk(branch.node, rest, [*values, target], method, unmatched)
    if branch.final:
        target, rest = "/".join(parts), []
    match = branch.match(target)
    if match is None:
        return None
    if branch.suffixed and match.groups()[-1] == "/":
        rest = [""]
    found = [match[name] for name in branch.groups]
    return _walk(branch.node, rest, [*values, *found], method, unmatched)


def _accept_rule(
    node: Node, values: list[str], method: str, unmatched: list[Rule | None]
) -> Hit | None:
    for rule in node.rules:
        if rule.methods is not None and method not in rule.methods:
            unmatched.append(rule)
        elif not rule.websocket:
            return rule, values
        else:
            unmatched.append(None)
    slash = node.static.get("")
    if slash is not None:
        for rule in slash.rules:
            if rule.websocket or not (rule.methods is None or method in rule.methods):
                continue
            if rule.strict_slashes:
                raise UndecidedError
            return rule, values
    return None


def _accept_loose_slash(
    node: Node, values: list[str], method: str, unmatched: list[Rule | None]
) -> Hit | None:
    """Return the rule of a path with one slash too many, if it is not strict."""
    for rule in node.rules:
        if rule.strict_slashes:
            continue
        if rule.methods is not None and method not in rule.methods:
            unmatched.append(rule)
        elif not rule.websocket:
            return rule, values
        else:
            unmatched.append(None)
    return None


def _convert(
    hit: Hit, converters: Converters, unmatched: list[Rule | None]
) -> dict[str, Any]:
    rule, values = hit
    found: dict[str, Any] = {}
    for (name, step), value in zip(converters, values, strict=False):
        try:
            found[name] = value if step is None else step(value)
        except ValueError as error:
            if step is int or isinstance(error, ValidationError):
                _raise_no_match(unmatched, error)
            raise
    if rule.defaults:
        found.update(rule.defaults)
    return found


def _raise_no_match(unmatched: list[Rule | None], error: ValueError) -> NoReturn:
    # None stands for a rule of web sockets.
    is_socket = None in unmatched
    allowed: set[str] = set()
    for rule in unmatched:
        allowed.update((rule and rule.methods) or ())
    # By way of NoMatch, as an error handler can see where the refusal came from.
    try:
        raise NoMatch(allowed, is_socket) from error  # noqa: TRY301 - its signature
    except NoMatch:
        if allowed:
            raise MethodNotAllowed(valid_methods=list(allowed)) from None
        if is_socket:
            raise WebsocketMismatch from None
        raise NotFound from None
