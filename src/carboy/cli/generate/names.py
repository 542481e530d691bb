"""Names of what is generated: checked, and in the forms that code and pages need."""

import builtins
import keyword
import re
from dataclasses import dataclass

from carboy.errors import ConfigError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Modules of every project, which a package of this name would hide.
_TAKEN = frozenset({
    *("carboy", "commands", "ext", "jobs", "migrations", "model", "models", "settings"),
    *("static", "templates", "tests", "views"),
})


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a model or resource: `OrderItem`, `order_item`, `order_items`."""

    words: tuple[str, ...]
    plural: str

    @property
    def snake(self) -> str:
        """As a variable: `order_item`."""
        return "_".join(self.words)

    @property
    def camel(self) -> str:
        """As a class: `OrderItem`."""
        return "".join(word.capitalize() for word in self.words)

    @property
    def label(self) -> str:
        """In a sentence: `order item`."""
        return " ".join(self.words)

    @property
    def plural_label(self) -> str:
        """Several, in a sentence: `order items`."""
        return self.plural.replace("_", " ")

    @property
    def article(self) -> str:
        """`a` or `an`."""
        return "an" if self.words[0][0] in "aeiou" else "a"


def parse_name(text: str, *, plural: str | None = None) -> Name:
    """Return the name; raise an error that proposes a better one."""
    # The usual way to write the name of a command.
    text = text.replace("-", "_")
    words = split_words(text)
    proposal = "_".join(split_words(re.sub("[^A-Za-z0-9]+", "_", text).strip("_")))
    if not _NAME.fullmatch(text):
        advice = f" Try: {proposal}" if _NAME.fullmatch(proposal) else ""
        msg = (
            f"{text!r} cannot be a name: use letters, digits and underscores, and "
            f"begin with a letter.{advice}"
        )
        raise ConfigError(msg)
    name = Name(words, plural or pluralize("_".join(words)))
    for word in (name.snake, name.plural):
        if keyword.iskeyword(word):
            msg = f"{word!r} is a keyword of Python, so it cannot be a name."
            raise ConfigError(f"{msg} Try: {word}_entry")
    if name.snake in _TAKEN or name.plural in _TAKEN:
        taken = name.snake if name.snake in _TAKEN else name.plural
        msg = f"{text!r} cannot be a name: projects have a module {taken!r} already."
        raise ConfigError(f"{msg} Try: {name.snake}_entry")
    if hasattr(builtins, name.camel):
        msg = f"{name.camel} is a built-in class of Python, which it would hide."
        raise ConfigError(f"{msg} Try: {name.snake}_entry")
    if not plural and name.plural == name.snake:
        msg = f"{text!r} has no plural of its own. Give one: --plural {name.snake}_list"
        raise ConfigError(msg)
    return name


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case."""
    parts = [part for piece in text.split("_") for part in _HUMP.split(piece)]
    return tuple(part.lower() for part in parts if part)


def pluralize(word: str) -> str:
    """Return the plural of an English noun, by rule; `--plural` is for the others."""
    if re.search("[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    if re.search("(s|x|z|ch|sh)$", word):
        return f"{word}es"
    return f"{word}s"
