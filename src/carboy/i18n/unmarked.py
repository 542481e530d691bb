"""Find the texts of templates that nobody marked."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, TemplateSyntaxError, nodes
from typing_extensions import override

from carboy.bounded_dict import BoundedDict

Texts: TypeAlias = tuple[tuple[int, str], ...]

_NOT_READ = {"script", "style", "code", "pre", "svg", "noscript"}
_READ_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label"}
# Stands where an expression was.
_GAP = "\x1a"
# By the source of a template and what reads it.
_known: BoundedDict[tuple[object, ...], Texts] = BoundedDict(1000)


def list_unmarked(file: Path, environment: Environment) -> Texts:
    """Return the line and the text of each text of a template that is not marked.

    Each start of an app asks, and a process that makes many apps, as tests do, would
    read the same templates for seconds.
    """
    source = file.read_text(encoding="utf-8")
    extensions = map(type, environment.extensions.values())
    # Environments of the same syntax share one lexer.
    key = source, environment.lexer, type(environment), *extensions
    found = _known.get(key)
    if found is None:
        found = _known[key] = tuple(_list_texts(source, environment))
    return found


def _list_texts(source: str, environment: Environment) -> Iterator[tuple[int, str]]:
    try:
        tree = environment.parse(source)
        plain = _without_tags(source, environment)
    except TemplateSyntaxError as error:
        yield error.lineno, f"the template cannot be read: {error.message}"
        return
    parser = _Reader()
    parser.feed(plain)
    parser.close()
    yield from parser.texts
    yield from _list_arguments(tree)


def _without_tags(source: str, environment: Environment) -> str:
    """Return the HTML of a template: tags of Jinja become gaps of as many lines."""
    parts: list[str] = []
    in_trans = False
    first_name = ""
    in_tag = False
    for _, kind, text in environment.lexer.tokeniter(source, None):
        if kind == "data":
            parts.append(_GAP + "\n" * text.count("\n") if in_trans else text)
            continue
        parts.append("\n" * text.count("\n"))
        if kind == "block_begin":
            in_tag, first_name = True, ""
        elif kind == "name" and in_tag and not first_name:
            first_name = text
            in_trans = (in_trans or text == "trans") and text != "endtrans"
        elif kind in {"block_end", "variable_end"}:
            in_tag = False
            parts.append(_GAP if kind == "variable_end" else "")
    return "".join(parts)


def _list_arguments(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield the texts that are written as arguments of macros: ui.button("Save")."""
    for call in tree.find_all(nodes.Call):
        owner = call.node
        if not isinstance(owner, nodes.Getattr):
            continue
        if not isinstance(owner.node, nodes.Name) or owner.node.name != "ui":
            continue
        for argument in call.args:
            if isinstance(argument, nodes.Const) and _is_text(argument.value):
                yield argument.lineno, argument.value


def _is_text(value: object) -> bool:
    is_word = isinstance(value, str) and len(value) > 1
    return is_word and str(value)[0].isupper()


class _Reader(HTMLParser):
    """Collects the texts that a visitor reads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[tuple[int, str]] = []
        self._not_read: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_READ:
            self._not_read.append(tag)
        for name, value in attrs:
            if name in _READ_ATTRIBUTES:
                self._add(value or "")

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._not_read and self._not_read[-1] == tag:
            self._not_read.pop()

    @override
    def handle_data(self, data: str) -> None:
        if not self._not_read:
            self._add(data)

    def _add(self, text: str) -> None:
        words = " ".join(text.replace(_GAP, " ").split())
        if sum(char.isalpha() for char in words) > 1:
            self.texts.append((self.getpos()[0], words))
