"""The text of a filter, `status = draft and (views > 10 or title ~ "cork")`, as a tree.

It is the only form of a filter: addresses and saved views hold it, chips add to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from carboy.translation import gettext

LONGEST: Final = 2_000
_MOST_CONDITIONS = 50
_DEEPEST = 10
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<mark>[(),])
      | (?P<symbol>!=|!~|<=|>=|\^=|=|<|>|~)
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<word>[^\s(),"=<>~!^]+)
    )""",
    re.VERBOSE,
)
_PLAIN_WORD = re.compile(r"[^\s(),\"=<>~!^\\]+")
_RESERVED = frozenset({"and", "or", "not", "in", "is", "empty"})


class FilterError(ValueError):
    """Raised for a filter that cannot be understood; the text says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: the path of an attribute, an operator, and texts of values."""

    path: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """Parts of which all ("and") or one ("or") must hold."""

    joint: str
    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Negation:
    """A part that must not hold."""

    part: "Filter"


Filter = Condition | FilterGroup | Negation


def parse_filter(text: str) -> Filter | None:
    """Return the tree of a filter, None for an empty text, or raise `FilterError`."""
    if len(text) > LONGEST:
        raise FilterError(
            gettext("The filter is longer than %(limit)d characters.", limit=LONGEST)
        )
    parser = _Parser(list(_split(text)))
    if parser.is_at_end():
        return None
    tree = parser.read_any(0)
    if not parser.is_at_end():
        raise parser.unexpected()
    return tree


def write_filter(tree: Filter | None) -> str:
    """Return the text that `parse_filter` reads as this tree."""
    return "" if tree is None else _write(tree, is_inside=False)


def list_parts(tree: Filter | None) -> tuple[Filter, ...]:
    """Return the parts that must all hold: each is a chip on the page."""
    if tree is None:
        return ()
    return (
        tree.parts if isinstance(tree, FilterGroup) and tree.joint == "and" else (tree,)
    )


def join_parts(parts: tuple[Filter, ...]) -> Filter | None:
    """Return the tree of parts that must all hold."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else FilterGroup("and", parts)


def _write(tree: Filter, *, is_inside: bool) -> str:
    if isinstance(tree, Condition):
        return _write_condition(tree)
    if isinstance(tree, Negation):
        return f"not {_write(tree.part, is_inside=True)}"
    parts = (_write(part, is_inside=True) for part in tree.parts)
    text = f" {tree.joint} ".join(parts)
    return f"({text})" if is_inside else text


def _write_condition(condition: Condition) -> str:
    operator = condition.operator
    if operator in {"in", "not in"}:
        values = ", ".join(quote_value(value) for value in condition.values)
        return f"{condition.path} {operator} ({values})"
    if not condition.values:
        return f"{condition.path} {operator}"
    return f"{condition.path} {operator} {quote_value(condition.values[0])}"


def quote_value(value: str) -> str:
    """Return a value as a filter writes it."""
    if _PLAIN_WORD.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _split(text: str) -> Iterator[_Token]:
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            rest = stripped[position : position + 20]
            raise FilterError(
                gettext("The filter stops making sense at: %(text)s", text=rest)
            )
        kind = str(match.lastgroup)
        value = match[kind]
        if kind == "quoted":
            value = re.sub(r"\\(.)", r"\1", value)
        yield _Token(kind, value)
        position = match.end()


class _Parser:
    """Reads tokens: "or" binds least, then "and", then "not"."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._position = 0
        self._count = 0

    def is_at_end(self) -> bool:
        return self._position >= len(self._tokens)

    def read_any(self, depth: int) -> Filter:
        return self._read_group("or", depth)

    def unexpected(self) -> FilterError:
        if self.is_at_end():
            return FilterError(gettext("The filter ends too early."))
        text = self._tokens[self._position].text
        return FilterError(
            gettext("The filter has an unexpected %(text)s.", text=repr(text))
        )

    def _read_group(self, joint: str, depth: int) -> Filter:
        if depth > _DEEPEST:
            raise FilterError(gettext("The filter has too many parentheses."))
        parts = [self._read_part(joint, depth)]
        while self._accept(joint):
            parts.append(self._read_part(joint, depth))
        return parts[0] if len(parts) == 1 else FilterGroup(joint, tuple(parts))

    def _read_part(self, joint: str, depth: int) -> Filter:
        return (
            self._read_group("and", depth) if joint == "or" else self._read_not(depth)
        )

    def _read_not(self, depth: int) -> Filter:
        if self._accept("not"):
            if depth > _DEEPEST:
                raise FilterError(gettext("The filter has too many parentheses."))
            return Negation(self._read_not(depth + 1))
        if self._accept_mark("("):
            inner = self.read_any(depth + 1)
            self._require_mark(")")
            return inner
        return self._read_condition()

    def _read_condition(self) -> Condition:
        self._count += 1
        if self._count > _MOST_CONDITIONS:
            raise FilterError(gettext("The filter has too many conditions."))
        path = self._next("word")
        if self._accept("is"):
            negated = "not " if self._accept("not") else ""
            self._require("empty")
            return Condition(path, f"is {negated}empty")
        if self._accept("in"):
            return Condition(path, "in", self._read_values())
        if self._accept("not"):
            self._require("in")
            return Condition(path, "not in", self._read_values())
        operator = self._next("symbol")
        return Condition(path, operator, (self._next("word", "quoted"),))

    def _read_values(self) -> tuple[str, ...]:
        self._require_mark("(")
        values = [self._next("word", "quoted")]
        while self._accept_mark(","):
            values.append(self._next("word", "quoted"))
        self._require_mark(")")
        return tuple(values)

    def _peek(self) -> _Token | None:
        return None if self.is_at_end() else self._tokens[self._position]

    def _accept(self, word: str) -> bool:
        token = self._peek()
        if token is None or token.kind != "word" or token.text.lower() != word:
            return False
        self._position += 1
        return True

    def _accept_mark(self, mark: str) -> bool:
        if self._peek() != _Token("mark", mark):
            return False
        self._position += 1
        return True

    def _require(self, word: str) -> None:
        if not self._accept(word):
            raise self.unexpected()

    def _require_mark(self, mark: str) -> None:
        if not self._accept_mark(mark):
            raise self.unexpected()

    def _next(self, *kinds: str) -> str:
        token = self._peek()
        if token is None or token.kind not in kinds:
            raise self.unexpected()
        self._position += 1
        return token.text
