"""Modules that Python removed by version 3.13, as far as old sites use them."""

import os
import re
import shutil
import sys
from collections.abc import Callable
from functools import total_ordering
from html import escape
from importlib import reload
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from carboy.legacy.rows import Row, rows_of

_HERE = "carboy.legacy.names.python_modules"
_PART = re.compile(r"(\d+ | [a-z]+ | \.)", re.VERBOSE)


@total_ordering
class LooseVersion:
    """A version: numbers and words, compared one by one."""

    def __init__(self, vstring: str = "") -> None:
        self.parse(vstring)

    def parse(self, vstring: str) -> None:
        """Read a version."""
        self.vstring = vstring
        parts = [part for part in _PART.split(vstring) if part and part != "."]
        self.version = [int(part) if part.isdigit() else part for part in parts]

    def __eq__(self, other: object) -> bool:
        return self._key() == _version(other)._key()

    def __lt__(self, other: object) -> bool:
        return self._key() < _version(other)._key()

    def __hash__(self) -> int:
        return hash(self.vstring)

    def __str__(self) -> str:
        return self.vstring

    def __repr__(self) -> str:
        return f"{type(self).__name__} ('{self.vstring}')"

    def _key(self) -> list[tuple[bool, int, str]]:
        # Words are before numbers, instead of an error.
        return [
            (type(p) is int, p if type(p) is int else 0, str(p)) for p in self.version
        ]


class StrictVersion(LooseVersion):
    """A version of two or three numbers."""

    def parse(self, vstring: str) -> None:
        """Read a version."""
        if vstring and not re.fullmatch(r"\d+(\.\d+){1,2}([ab]\d+)?", vstring):
            msg = f"invalid version number {vstring!r}"
            raise ValueError(msg)
        super().parse(vstring)
        while self.version and len(self.version) < 3 and "a" not in vstring:
            self.version.append(0)


def _version(value: object) -> LooseVersion:
    return value if isinstance(value, LooseVersion) else LooseVersion(str(value))


def strtobool(val: str) -> int:
    """Return 1 for yes, true, on and 1, and 0 for their opposites."""
    words = {"y": 1, "yes": 1, "t": 1, "true": 1, "on": 1, "1": 1}
    words |= {"n": 0, "no": 0, "f": 0, "false": 0, "off": 0, "0": 0}
    try:
        return words[val.lower()]
    except KeyError:
        msg = f"invalid truth value {val!r}"
        raise ValueError(msg) from None


def copy_tree(src: str, dst: str, *_: Any, **_old: Any) -> list[str]:
    """Copy a folder into another one."""
    shutil.copytree(src, dst, dirs_exist_ok=True)
    return [str(p) for p in Path(dst).rglob("*") if p.is_file()]


def load_source(name: str, pathname: str, _file: Any = None) -> ModuleType:
    """Import the file at a path under a name."""
    spec = spec_from_file_location(name, pathname)
    if spec is None or spec.loader is None:
        msg = f"There is no Python file {pathname!r}"
        raise ImportError(msg)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def new_module(name: str) -> ModuleType:
    """Return a new, empty module."""
    return ModuleType(name)


def find_module(name: str, _path: Any = None) -> Any:
    """Return where a module is; raise ImportError if there is none."""
    spec = find_spec(name)
    if spec is None:
        msg = f"No module named {name}"
        raise ImportError(msg)
    return None, spec.origin, ("", "", 5)


def what_image(file: Any, h: bytes | None = None) -> str | None:
    """Return the type of a picture by its first bytes, or None."""
    head = h if h is not None else _read_head(file)
    signatures: dict[str, Callable[[bytes], bool]] = {
        "jpeg": lambda b: b[:3] == b"\xff\xd8\xff",
        "png": lambda b: b[:8] == b"\x89PNG\r\n\x1a\n",
        "gif": lambda b: b[:6] in {b"GIF87a", b"GIF89a"},
        "webp": lambda b: b[:4] == b"RIFF" and b[8:12] == b"WEBP",
        "bmp": lambda b: b[:2] == b"BM",
        "tiff": lambda b: b[:2] in {b"MM", b"II"},
    }
    return next((kind for kind, fits in signatures.items() if fits(head)), None)


def _read_head(file: Any) -> bytes:
    if isinstance(file, str | os.PathLike):
        with Path(file).open("rb") as opened:
            return opened.read(32)
    place = file.tell()
    head: bytes = file.read(32)
    file.seek(place)
    return head


def parse_header(line: str) -> tuple[str, dict[str, str]]:
    """Return the value of a header, and its parameters."""
    from werkzeug.http import parse_options_header

    value, options = parse_options_header(line)
    return value, dict(options)


def escape_html(s: str, quote: bool = False) -> str:
    """Escape a text for HTML, by default without quotes, as `cgi.escape` did."""
    return escape(s, quote)


_FUNCTIONS = {
    "cgi": (
        "Python 3.13 (escape: 3.8)",
        {
            "escape": ("escape_html", "from html import escape"),
            "parse_qs": ("parse_qs", "from urllib.parse import parse_qs"),
            "parse_qsl": ("parse_qsl", "from urllib.parse import parse_qsl"),
            "parse_header": (
                "parse_header",
                "from werkzeug.http import parse_options_header",
            ),
        },
    ),
    "imp": (
        "Python 3.12",
        {
            "load_source": ("load_source", "importlib.util.spec_from_file_location(…)"),
            "new_module": ("new_module", "from types import ModuleType"),
            "find_module": ("find_module", "importlib.util.find_spec(name)"),
            "reload": ("reload", "from importlib import reload"),
        },
    ),
    "imghdr": (
        "Python 3.13",
        {"what": ("what_image", "PIL.Image.open(file).format")},
    ),
    "distutils.version": (
        "Python 3.12",
        {
            "LooseVersion": ("LooseVersion", "from packaging.version import Version"),
            "StrictVersion": ("StrictVersion", "from packaging.version import Version"),
        },
    ),
    "distutils.util": (
        "Python 3.12",
        {"strtobool": ("strtobool", "text.lower() in {'1', 'true', 'yes', 'on'}")},
    ),
    "distutils.spawn": (
        "Python 3.12",
        {"find_executable": ("which", "from shutil import which")},
    ),
    "distutils.dir_util": (
        "Python 3.12",
        {"copy_tree": ("copy_tree", "shutil.copytree(a, b, dirs_exist_ok=True)")},
    ),
}
which = shutil.which
__all__ = ["parse_qs", "parse_qsl", "reload"]

MODULES = ("distutils", *_FUNCTIONS)
ROWS: tuple[Row, ...] = tuple(
    row
    for module, (gone, names) in _FUNCTIONS.items()
    for name, (function, edit) in names.items()
    for row in rows_of(module, gone, {name: f"{_HERE}:{function}"}, edit)
)
