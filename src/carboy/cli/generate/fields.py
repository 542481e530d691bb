"""Fields as they are written on the command line: `price:decimal:10.2!`."""

import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from carboy.errors import ConfigError

from .names import split_words

_FORM = "NAME:TYPE[:OPTION…][!]"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MEMBER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Type → names that Rails, Django and SQLAlchemy have for it.
TYPES = {
    "string": ("str", "char", "varchar", "charfield"),
    "text": ("textfield",),
    "integer": ("int", "bigint", "integerfield"),
    "float": ("real", "double"),
    "decimal": ("numeric", "money"),
    "boolean": ("bool",),
    "date": (),
    "datetime": ("timestamp", "utcdatetime"),
    "enum": ("choice", "choices"),
    "json": ("jsonb",),
    "uuid": ("guid",),
    "references": ("belongs_to", "reference", "foreignkey", "fk"),
}
_ALIASES = {alias: name for name, aliases in TYPES.items() for alias in aliases}
_FLAGS = {"unique": "unique", "uniq": "unique", "index": "index", "required": "!"}
# Names that models or forms have for something else.
_TAKEN = frozenset({
    *("id", "metadata", "registry", "query", "query_class", "create", "update"),
    *("save", "delete", "data", "errors", "meta", "process", "validate", "edited"),
    *("populate_obj", "hidden_tag", "csrf_token", "is_submitted", "validate_on_submit"),
})
_DEFAULT_LENGTH = 255
_MAX_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a model and of its form."""

    name: str
    kind: str
    is_required: bool = False
    is_unique: bool = False
    is_indexed: bool = False
    length: int = 0
    scale: int = 0
    members: tuple[str, ...] = ()
    target: str = ""

    @property
    def label(self) -> str:
        """As a page shows it: `Unit price`."""
        return self.name.replace("_", " ").capitalize()

    @property
    def noun(self) -> str:
        """In a sentence: `unit price`."""
        return self.name.replace("_", " ")

    @property
    def column(self) -> str:
        """The attribute that holds the value: that of a reference ends in `_id`."""
        return f"{self.name}_id" if self.kind == "references" else self.name


def parse_fields(texts: Sequence[str]) -> tuple[FieldSpec, ...]:
    """Return the fields, in the order given; names are unique."""
    fields = tuple(parse_field(text) for text in texts)
    seen: set[str] = set()
    for field in fields:
        for name in {field.name, field.column}:
            if name in seen:
                msg = f"There are two fields {name!r}. Give each a name of its own."
                raise ConfigError(msg)
            seen.add(name)
    return fields


def parse_field(text: str) -> FieldSpec:
    """Return a field; raise an error that shows the text and what it should be."""
    # Rails writes it after the type, so that options may follow.
    name, *parts = [part.removesuffix("!") for part in text.split(":")]
    is_required = any(part.endswith("!") for part in text.split(":"))
    if name.endswith("_id") and parts[:1] and _resolve(parts[0]) == "references":
        name = name.removesuffix("_id")
    _check_name(name, text)
    if not parts or parts[0].lower() in _FLAGS:
        parts.insert(0, "string")
    kind = _find_type(parts[0], text)
    flags = {_FLAGS[part.lower()] for part in parts[1:] if part.lower() in _FLAGS}
    options = [part for part in parts[1:] if part.lower() not in _FLAGS]
    field = FieldSpec(
        name,
        kind,
        is_required=is_required or "!" in flags,
        is_unique="unique" in flags,
        is_indexed="index" in flags,
        length=_DEFAULT_LENGTH if kind == "string" else 10 if kind == "decimal" else 0,
        scale=2 if kind == "decimal" else 0,
    )
    return _with_options(field, options, text)


def _with_options(field: FieldSpec, options: list[str], text: str) -> FieldSpec:
    values = {
        name: getattr(field, name)
        for name in ("name", "kind", "is_required", "is_unique", "is_indexed")
    }
    values |= {"length": field.length, "scale": field.scale}
    if field.kind == "enum":
        values["members"] = _parse_members(options, text)
    elif field.kind == "references":
        target = options[0] if options else field.name
        if not _MEMBER.fullmatch(target) or len(options) > 1:
            raise ConfigError(f"{text!r} needs one model: author:references:Author.")
        values["target"] = "".join(word.capitalize() for word in split_words(target))
    elif field.kind == "string" and options:
        values["length"] = _parse_number(options, text, "title:string:80")
    elif field.kind == "decimal" and options:
        digits, _, scale = options[0].partition(".")
        values["length"] = _parse_number([digits, *options[1:]], text, _DECIMAL)
        values["scale"] = _parse_number([scale or "0"], text, _DECIMAL)
        if values["scale"] > values["length"]:
            raise ConfigError(f"{text!r} has more decimals than digits: {_DECIMAL}.")
    elif options:
        msg = (
            f"{text!r} has the option {options[0]!r}, which {field.kind} does not "
            f"know. Options for all types are unique and index; `!` makes it required."
        )
        raise ConfigError(msg)
    return FieldSpec(**values)


_DECIMAL = "price:decimal:10.2"


def _parse_number(options: list[str], text: str, example: str) -> int:
    value = options[0]
    if len(options) > 1 or not value.isdecimal() or int(value) > _MAX_LENGTH:
        msg = f"{text!r} cannot be read after its type. An example is {example}."
        raise ConfigError(msg)
    return int(value)


def _parse_members(options: list[str], text: str) -> tuple[str, ...]:
    members = tuple(",".join(options).split(",")) if options else ()
    if not members or not all(_MEMBER.fullmatch(member) for member in members):
        msg = f"{text!r} needs its values: status:enum:draft,published."
        raise ConfigError(msg)
    lower = [member.lower() for member in members]
    twice = [member for member in lower if lower.count(member) > 1]
    if twice or any(keyword.iskeyword(member) for member in lower):
        wrong = twice[0] if twice else next(filter(keyword.iskeyword, lower))
        msg = f"{text!r} cannot have the value {wrong!r}: "
        raise ConfigError(msg + ("it is there twice." if twice else "it is a keyword."))
    return tuple(lower)


def _check_name(name: str, text: str) -> None:
    if not _NAME.fullmatch(name):
        proposal = "_".join(split_words(re.sub("[^A-Za-z0-9]+", "_", name)))
        advice = f" Try: {proposal}" if _NAME.fullmatch(proposal) else ""
        msg = (
            f"{text!r} does not begin with a name in lower case. Fields are written "
            f"{_FORM}, for example price:decimal!.{advice}"
        )
        raise ConfigError(msg)
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        msg = f"{name!r} is a keyword of Python, so it cannot be a field. Try: {name}_"
        raise ConfigError(msg)
    if name in _TAKEN or name.startswith("validate_"):
        msg = (
            f"{name!r} cannot be a field: models and forms have something else of "
            f"that name. Try: {name}_value"
        )
        raise ConfigError(msg)


def _resolve(name: str) -> str:
    return _ALIASES.get(name.lower(), name.lower())


def _find_type(name: str, text: str) -> str:
    kind = _resolve(name)
    if kind in TYPES:
        return kind
    nearest = get_close_matches(name.lower(), [*TYPES, *_ALIASES], n=1)
    advice = f" Did you mean {_resolve(nearest[0])}?" if nearest else ""
    msg = f"{text!r} has the unknown type {name!r}.{advice} Types: {', '.join(TYPES)}."
    raise ConfigError(msg)
