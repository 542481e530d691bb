"""Typed sections of settings, read from a flat mapping of names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from carboy.errors import SettingsError
from carboy.redact import HIDDEN, redact_text, redact_value


def setting(
    doc: str,
    *,
    old: tuple[str, ...] = (),
    secret: bool = False,
    ge: float | None = None,
    le: float | None = None,
) -> msgspec.Meta:
    """Describe a field of a section: `timeout: Annotated[int, setting("…")] = 300`.

    `old` are the names that earlier extensions used for it and that still work.
    """
    return msgspec.Meta(
        description=doc, ge=ge, le=le, extra={"old": old, "secret": secret}
    )


# Also what people write for true and false in an environment.
_BOOLEANS = {"yes": True, "on": True, "no": False, "off": False}
_EXPECTED = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    timedelta: "a number of seconds",
}

Secret = Annotated[str, setting("A value that is never printed.", secret=True)]


@dataclass(frozen=True, slots=True)
class Field:
    """A setting, as the docs, the command line and the loader see it."""

    name: str
    key: str
    type: Any
    default: Any
    doc: str
    old: tuple[str, ...]
    secret: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The names under which a site may write it, the current one first."""
        return (self.key, *self.old)

    def show(self, value: object) -> str:
        """Return `value` as text, without passwords and other secrets."""
        if self.secret and value and not _is_file_url(value):
            return HIDDEN
        shown = redact_value(value)
        # Strings are done; other objects may have URLs in their `repr`.
        return repr(shown) if isinstance(shown, str) else redact_text(repr(shown))


def _is_file_url(value: object) -> bool:
    """Return whether it is the URL of a SQLite file, which has no password."""
    return (
        isinstance(value, str)
        and value.startswith(("sqlite:///", "sqlite+pysqlite:///"))
        and "?" not in value
    )


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A group of settings; the field `timeout` is the setting `PREFIX_TIMEOUT`."""

    prefix: ClassVar[str] = ""
    # Settings of earlier extensions that do nothing any more → what to do instead.
    obsolete: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def fields(cls) -> tuple[Field, ...]:
        """List the fields of this section."""
        return _fields_of(cls)

    @classmethod
    def read(
        cls, values: Mapping[str, Any], origins: Mapping[str, str] | None = None
    ) -> Self:
        """Make the section from the names in `values`; others have their default."""
        return cls(**cls.convert(values, origins))

    @classmethod
    def convert(
        cls, values: Mapping[str, Any], origins: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the values of the fields that are set, by the names of the fields."""
        fields = {}
        for field in cls.fields():
            for key in field.keys:
                if key in values and not _is_unset(values[key], field):
                    origin = (origins or {}).get(key, "app.config")
                    fields[field.name] = _convert(field, key, values[key], origin)
                    break
        return fields

    def items(self) -> Iterator[tuple[Field, Any]]:
        """Yield each field with its value."""
        for field in self.fields():
            yield field, getattr(self, field.name)

    def __init_subclass__(cls, **options: Any) -> None:
        """Refuse fields in capitals: they would hide the setting of that name."""
        super().__init_subclass__(**options)
        for name, hint in vars(cls).get("__annotations__", {}).items():
            if name.isupper() and "ClassVar" not in str(hint):
                msg = (
                    f"{cls.__qualname__}.{name} is a field in capitals. Write it in "
                    f"small letters, `{name.lower()}: …`, or without a type, "
                    f"`{name} = …`, which load() reads."
                )
                raise SettingsError(msg)

    def __repr__(self) -> str:
        values = ", ".join(f"{f.name}={f.show(value)}" for f, value in self.items())
        return f"{type(self).__name__}({values})"


@cache
def _fields_of(cls: type[Section]) -> tuple[Field, ...]:
    hints = get_type_hints(cls, include_extras=True)
    prefix = f"{cls.prefix}_" if cls.prefix else ""
    return tuple(
        _field(info, hints[info.name], prefix)
        for info in msgspec.structs.fields(cls)
        if not info.name.startswith("_")
    )


def _field(info: msgspec.structs.FieldInfo, hint: Any, prefix: str) -> Field:
    metas = [m for m in _metas(hint) if isinstance(m, msgspec.Meta)]
    extra: dict[str, Any] = {}
    for meta in metas:
        extra |= meta.extra or {}
    default = info.default
    if default is msgspec.NODEFAULT and info.default_factory is not msgspec.NODEFAULT:
        default = info.default_factory()
    return Field(
        name=info.name,
        key=prefix + info.name.upper(),
        type=hint,
        default=default,
        doc=metas[-1].description or "" if metas else "",
        old=extra.get("old", ()),
        secret=extra.get("secret", False),
    )


def _metas(hint: Any) -> tuple[Any, ...]:
    return get_args(hint)[1:] if get_origin(hint) is Annotated else ()


def _is_unset(value: object, field: Field) -> bool:
    # Flask fills its own keys with None: not set, unless None is a value.
    return value is None and field.default is not None


def hint_prefix(origin: str) -> str:
    """Return what to do if a value of the environment is meant for another program."""
    kind, _, name = origin.partition(" ")
    if kind != "environment" or name.startswith(("CARBOY_", "FLASK_")):
        return ""
    return (
        f" If {name} is meant for another program, set CARBOY_{name} in the "
        f"environment: it wins."
    )


def _convert(field: Field, key: str, value: Any, origin: str) -> Any:
    try:
        return msgspec.convert(_prepare(field.type, value), field.type, strict=False)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        reason = _expected(field.type) or str(error) or type(error).__name__
        msg = (
            f"{key} = {field.show(value)} ({origin}) cannot be used: {reason}. "
            f"{field.doc}{hint_prefix(origin)}"
        )
        raise SettingsError(msg.strip()) from None


def _expected(hint: Any) -> str:
    """Return what a value has to be, for the kinds that most settings have."""
    metas = [meta for meta in _metas(hint) if isinstance(meta, msgspec.Meta)]
    bare = get_args(hint)[0] if metas else hint
    if options := _options(bare):
        return f"it must be one of {', '.join(options)}"
    kinds = [kind for kind in (get_args(bare) or (bare,)) if kind is not type(None)]
    if len(kinds) != 1 or kinds[0] not in _EXPECTED:
        return ""
    text = f"it must be {_EXPECTED[kinds[0]]}"
    bounds = [
        (meta.ge, meta.le) for meta in metas if (meta.ge, meta.le) != (None, None)
    ]
    for least, most in bounds:
        if least is not None and most is not None:
            return f"{text} from {least:g} to {most:g}"
        text += f", {least:g} or more" if least is not None else f", {most:g} or less"
    return text


def _options(bare: Any) -> tuple[str, ...]:
    """Return the texts of a `Literal`, which may be optional."""
    for kind in (bare, *get_args(bare)):
        if get_origin(kind) is Literal:
            return tuple(map(str, get_args(kind)))
    return ()


def _prepare(hint: Any, value: Any) -> Any:
    """Accept lists with commas, time spans in seconds, and keys as bytes."""
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    kinds = {get_origin(kind) or kind for kind in (bare, *get_args(bare))}
    if isinstance(value, str):
        for option in _options(bare):
            if option.lower() == value.lower():
                return option
        return _prepare_text(kinds, value)
    if isinstance(value, timedelta):
        return value if timedelta in kinds else value.total_seconds()
    if isinstance(value, int | float) and timedelta in kinds:
        return timedelta(seconds=value)
    if isinstance(value, bytes) and str in kinds:
        return value.decode("latin-1")
    return value


def _prepare_text(kinds: set[Any], value: str) -> Any:
    if bool in kinds and value.lower() in _BOOLEANS:
        return _BOOLEANS[value.lower()]
    if timedelta in kinds and value.isdigit():
        return timedelta(seconds=int(value))
    if kinds & {list, tuple, set, frozenset, dict}:
        if value.startswith(("[", "{")):
            return msgspec.json.decode(value)
        return [part.strip() for part in value.split(",") if part.strip()]
    return value
