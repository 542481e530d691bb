"""Readers of settings: a class or module, a TOML file, `.env`, the environment."""

import importlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from carboy.errors import SettingsError

_LINE = re.compile(r"(?:export\s+)?(?P<key>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<rest>.*)")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "$": "$"}
PROFILES = ("development", "testing", "production")
# The profile's names in the environment and in `.env`; the first that is set wins.
PROFILE_NAMES = ("CARBOY_PROFILE", "PROFILE")


@dataclass(frozen=True, slots=True)
class RawSetting:
    """A value as it is written, and where.

    `owned` is whether the source has only settings of this site: an unknown name is a
    mistake there.
    """

    key: str
    value: Any
    origin: str
    owned: bool


def read_object(source: object, profile: str) -> list[RawSetting]:
    """Read the upper-case names of a class, module, mapping or dotted path.

    From a module with `DevelopmentConfig`, `TestingConfig` and `ProductionConfig` (or
    `…Settings`), the one of the profile is read.
    """
    if isinstance(source, str):
        source = import_path(source)
    if isinstance(source, ModuleType):
        source = _pick(source, profile)
    if isinstance(source, Mapping):
        pairs: Iterable[tuple[str, Any]] = source.items()
        origin = "mapping"
    else:
        pairs = ((name, getattr(source, name)) for name in dir(source))
        origin = _name_of(source)
    return [RawSetting(k, v, origin, owned=False) for k, v in pairs if k.isupper()]


def _name_of(source: object) -> str:
    if isinstance(source, ModuleType):
        return source.__name__
    kind = source if isinstance(source, type) else type(source)
    return f"{kind.__module__}.{kind.__qualname__}"


def import_path(path: str) -> object:
    """Import `shop.settings` or `shop.settings.ProductionConfig`."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        module, _, name = path.rpartition(".")
        if not module or not path.startswith(f"{error.name}"):
            raise SettingsError(_no_module(path, error)) from None
    try:
        return getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        raise SettingsError(_no_module(path, error)) from None


def _no_module(path: str, error: Exception) -> str:
    return (
        f"The settings {path!r} cannot be imported: {error}. Use a dotted path such "
        f"as 'shop.settings' or 'shop.settings.ProductionConfig'."
    )


def _pick(module: ModuleType, profile: str) -> object:
    for name in (profile.capitalize(), ""):
        for kind in ("Config", "Settings"):
            config = getattr(module, name + kind, None)
            if isinstance(config, type) and config.__module__ == module.__name__:
                return config
    return module


def read_toml(path: Path, profile: str) -> list[RawSetting]:
    """Read a TOML file: a table is a section, a table named like a profile wins.

    `[config]` has the names of other extensions, taken as they are.
    """
    if not path.is_file():
        return []
    text = _read_text(path)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{path.name} is not valid TOML: {error}. Nothing was read from it."
        raise SettingsError(msg) from None
    chosen = tables.pop(profile, {})
    for other in PROFILES:
        tables.pop(other, None)
    lines = text.splitlines()
    return [
        RawSetting(key, value, f"{path.name} line {_line_of(lines, name)}", owned)
        for table in (tables, chosen)
        for name, key, value, owned in _flatten(table)
    ]


def _read_text(path: Path) -> str:
    """Read UTF-8; editors of Windows begin it with a mark, which is dropped."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        # The bytes may be a password, so they are not shown.
        msg = f"{path.name} is not UTF-8 (byte {error.start}). Save it as UTF-8."
        raise SettingsError(msg) from None


def _flatten(tables: dict[str, Any]) -> Iterator[tuple[str, str, Any, bool]]:
    for name, value in tables.items():
        if name == "config" and isinstance(value, dict):
            for key, inner in value.items():
                yield key, key.upper(), inner, False
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield key, f"{name}_{key}".upper(), inner, True
        else:
            yield name, name.upper(), value, True


def _line_of(lines: list[str], name: str) -> int:
    pattern = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
    return next((n for n, line in enumerate(lines, 1) if pattern.match(line)), 1)


def read_dotenv(path: Path) -> dict[str, tuple[str, int]]:
    """Read a `.env` file as name → (value, line number)."""
    if not path.is_file():
        return {}
    values: dict[str, tuple[str, int]] = {}
    for number, raw in enumerate(_read_text(path).splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise SettingsError(_invalid_line(path, number, line))
        try:
            values[match["key"]] = (_unquote(match["rest"]), number)
        except ValueError:
            raise SettingsError(_invalid_line(path, number, line)) from None
    return values


def _invalid_line(path: Path, number: int, line: str) -> str:
    # Only the name is shown: the rest of an invalid line may be part of a password.
    start = re.split(r"[\s=:\"']", line, maxsplit=1)[0]
    return (
        f"{path.name} line {number} cannot be read (it begins with {start!r}). Write "
        f"NAME=value, NAME='raw value' or NAME=\"value with \\n\", one to a line."
    )


def _unquote(text: str) -> str:
    if text[:1] in {"'", '"'}:
        quote = text[0]
        body, closed, rest = _quoted(text[1:], quote)
        if not closed or (rest.strip() and not rest.strip().startswith("#")):
            raise ValueError(text)
        return body
    return re.split(r"\s+#", text, maxsplit=1)[0].strip()


def _quoted(text: str, quote: str) -> tuple[str, bool, str]:
    result: list[str] = []
    indexes = iter(range(len(text)))
    for index in indexes:
        character = text[index]
        if character == quote:
            return "".join(result), True, text[index + 1 :]
        if character == "\\" and quote == '"' and index + 1 < len(text):
            escaped = text[next(indexes)]
            result.append(_ESCAPES.get(escaped, "\\" + escaped))
        else:
            result.append(character)
    return "", False, ""


def comes_from_files(origin: str) -> bool:
    """Return whether a setting is written in a file or in the environment."""
    # A class or module may hold names for other extensions under any prefix.
    return "line" in origin or origin.startswith(("environment", "code"))


def refuse_profile(items: Iterable[RawSetting]) -> None:
    """Raise if a file sets the profile, which selects what is read of the file."""
    for item in items:
        if item.key == "PROFILE":
            msg = (
                f"PROFILE = {item.value!r} ({item.origin}) has no effect there, "
                f"because the profile selects which tables of the file are read. Set "
                f"CARBOY_PROFILE in .env or in the environment."
            )
            raise SettingsError(msg)
