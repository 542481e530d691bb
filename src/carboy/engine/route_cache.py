"""Which way a request goes that is one of many: found once, looked up ever after."""

from collections.abc import Container
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from .flask31 import scopes_of_endpoint
from .request import text_of
from .router import MOST_DIGITS, Leaf, Router

# The server's name, the subdomain, and which of them the matcher looks at.
Place = tuple[str, str | None, str]
# Scheme, host, method and path.
Key = tuple[str, str | None, str, str]
Found = tuple["Line | None", dict[str, Any] | None]

_MOST_LINES = 4096
_NO_RULES: dict[str, list[Rule]] = {}
_NO_LEAVES: dict[str, Leaf] = {}
_NOT_FOUND: Found = (None, None)


class Line:
    """What is known of requests that differ in the arguments of their view alone."""

    __slots__ = (
        "defaults",
        "endpoint",
        "is_blue",
        "name",
        "place",
        "rule",
        "scopes",
        "static",
        "view",
    )

    def __init__(
        self,
        rule: Any,
        place: Place,
        name: str = "",
        static: Container[str] = (),
    ) -> None:
        self.rule = rule
        self.endpoint: str = rule.endpoint
        self.defaults = rule.defaults
        self.place = place
        # Of the number at the end of the path, and what else may stand there.
        self.name = name
        self.static = static
        self.scopes = scopes_of_endpoint(rule.endpoint)
        self.is_blue = len(self.scopes) > 1
        # The one that was found to be a plain function.
        self.view: Any = None


class Ways:
    """The lines of one router; they are forgotten together with it."""

    __slots__ = ("leaves", "lines", "router", "walked")

    def __init__(self, router: Router) -> None:
        self.router = router
        self.lines: dict[Key, Line] = {}
        # The same for what stands before a number at the end of the path.
        self.leaves: dict[Key, Line] = {}
        self.walked: dict[tuple[int, Place], Line] = {}

    def find(self, key: Key, place: Place) -> Found:
        """Give the line of a request that has none yet, and its view's arguments.

        They are None where the line knows them; no line means that the long way is
        the only one to be sure of.
        """
        _, _, method, path = key
        if method == "OPTIONS":
            return _NOT_FOUND
        for rule in self.router.static.get(place[2], _NO_RULES).get(path, ()):
            if rule.methods is None or method in rule.methods:
                return _keep(self.lines, key, rule, place), None
        head, _, tail = path.rpartition("/")
        if tail.isdecimal() and len(tail) <= MOST_DIGITS:
            line = self._find_leaf((key[0], key[1], method, head), place)
            if (
                line is not None
                and tail not in line.static
                and (line.rule.methods is None or method in line.rule.methods)
            ):
                return line, {line.name: int(tail)}
        return self._walk(place, path, method)

    def _find_leaf(self, key: Key, place: Place) -> Line | None:
        line = self.leaves.get(key)
        if line is not None:
            return line
        head = key[3]
        # Werkzeug folds slashes at the start, and reads other bytes as UTF-8.
        if head.startswith("//") or not head.isascii():
            return None
        leaf = self.router.leaves.get(place[2], _NO_LEAVES).get(head)
        found = None if leaf is None else leaf.find(key[2])
        if leaf is None or found is None:
            return None
        return _keep(self.leaves, key, found[0], place, found[1], leaf.static)

    def _walk(self, place: Place, path: str, method: str) -> Found:
        # Converters of the app may look at the contexts, which are not there yet.
        if not path or not self.router.is_pure:
            return _NOT_FOUND
        try:
            found = self.router.find(place[2], text_of(path), method)
        except Exception:  # noqa: BLE001 - whatever it is, it is raised again
            # That is at the place where Flask would raise it.
            return _NOT_FOUND
        if found is None:
            return _NOT_FOUND
        rule, values = found
        key = id(rule), place
        return self.walked.get(key) or _keep(self.walked, key, rule, place), values


def _keep(
    lines: dict[Any, Line], key: Any, rule: Rule, place: Place, *number: Any
) -> Line | None:
    # The names of blueprints are read from an endpoint, if it is a name itself.
    if type(rule.endpoint) is not str:
        return None
    if len(lines) >= _MOST_LINES:
        # Clients choose the host: what they choose must not fill the memory.
        lines.clear()
    line = lines[key] = Line(rule, place, *number)
    return line
