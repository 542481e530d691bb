"""What is wrong with a catalogue file."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message

from .catalogue import read_text_file
from .extract import to_po

_PERCENT = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?([a-zA-Z])|%([sdrifgxX])")
_BRACES = re.compile(r"\{(\w*)[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a catalogue: its kind, its file, the text, and what is wrong."""

    kind: str
    file: Path
    text: str
    detail: str

    def __str__(self) -> str:
        return f"{self.file}: {self.kind}: {self.text!r}: {self.detail}"


def audit_file(file: Path, template: Catalog) -> Iterator[Problem]:
    """Yield what is wrong with a text file, compared with the texts of the code."""
    catalog = read_text_file(file)
    for message in template:
        if message.id and _find(catalog, message) is None:
            yield Problem("missing", file, _name(message), "run `carboy i18n update`.")
    for message in catalog:
        if message.id:
            yield from _audit_message(file, catalog, template, message)
    for message in catalog.obsolete.values():
        yield Problem("unused", file, _name(message), "no code shows it; delete it.")
    if to_po(catalog) != file.read_bytes():
        yield Problem(
            "not normalised", file, file.name, "run `carboy i18n update` to rewrite it."
        )


def _audit_message(
    file: Path, catalog: Catalog, template: Catalog, message: Message
) -> Iterator[Problem]:
    name = _name(message)
    if _find(template, message) is None:
        yield Problem("unused", file, name, "no code shows it; delete it.")
    if message.fuzzy:
        yield Problem("fuzzy", file, name, "correct the guess, and remove the mark.")
    strings = to_strings(message.string)
    if not any(strings):
        yield Problem("missing", file, name, "it has no translation.")
        return
    yield from _audit_plural(file, catalog, message, strings)
    yield from _audit_placeholders(file, message, strings)


def _audit_plural(
    file: Path, catalog: Catalog, message: Message, strings: tuple[str, ...]
) -> Iterator[Problem]:
    if not isinstance(message.id, tuple | list):
        return
    if len(strings) != catalog.num_plurals or not all(strings):
        filled = sum(map(bool, strings))
        yield Problem(
            "plural",
            file,
            _name(message),
            f"the language has {catalog.num_plurals} forms, {filled} are written.",
        )


def _audit_placeholders(
    file: Path, message: Message, strings: tuple[str, ...]
) -> Iterator[Problem]:
    sources = to_strings(message.id)
    wanted = [_placeholders(each) for each in sources]
    for string in strings:
        if not string:
            continue
        found = _placeholders(string)
        # A form for one thing may leave its number out.
        is_plural = len(sources) > 1
        is_same = found in wanted or (
            is_plural and set(wanted[0]) <= set(found) <= set(wanted[-1])
        )
        if not is_same:
            yield Problem(
                "placeholder",
                file,
                _name(message),
                f"it has {_list(wanted[-1])}, the translation {_list(found)}.",
            )


def _placeholders(text: str) -> Counter[str]:
    text = text.replace("%%", "")
    names = [
        f"%({name}){kind}" if name else f"%{bare}"
        for name, kind, bare in _PERCENT.findall(text)
    ]
    names += [f"{{{name}}}" for name in _BRACES.findall(text)]
    return Counter(names)


def _list(names: Counter[str]) -> str:
    return ", ".join(sorted(names.elements())) or "none"


def to_strings(value: Any) -> tuple[str, ...]:
    """Return a text, or the forms of a plural, as a tuple."""
    if isinstance(value, tuple | list):
        return tuple(each or "" for each in value)
    return (value or "",)


def _find(catalog: Catalog, message: Message) -> Message | None:
    return catalog.get(message.id, message.context)


def _name(message: Message) -> str:
    return to_strings(message.id)[0]
