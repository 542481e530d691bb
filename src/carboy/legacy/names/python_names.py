"""Names that Python removed from its own modules by version 3.13."""

import base64
import inspect
import math
import time
from html import unescape
from typing import Any, NamedTuple

from carboy.legacy.rows import Row, rows_of, same_names

_HERE = "carboy.legacy.names.python_names"
_ABSTRACT = (
    "Awaitable Coroutine AsyncIterable AsyncIterator AsyncGenerator Hashable Iterable"
    " Iterator Generator Reversible Sized Container Callable Collection Set MutableSet"
    " Mapping MutableMapping MappingView KeysView ItemsView ValuesView Sequence"
    " MutableSequence ByteString"
)


class ArgSpec(NamedTuple):
    """What `inspect.getargspec` returned."""

    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


def getargspec(func: Any) -> ArgSpec:
    """Return the names of the parameters of a function."""
    spec = inspect.getfullargspec(func)
    return ArgSpec(spec.args, spec.varargs, spec.varkw, spec.defaults)


def encode_base64(s: bytes) -> bytes:
    """Return bytes as base64, in lines."""
    return base64.encodebytes(s)


def decode_base64(s: bytes) -> bytes:
    """Return what base64 stands for."""
    return base64.decodebytes(s)


def clock() -> float:
    """Return seconds since some moment, for differences."""
    return time.perf_counter()


def linux_distribution(*_: Any, **_old: Any) -> tuple[str, str, str]:
    """Return the name, version and code name of the system."""
    import platform

    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ("", "", "")
    name, version = release.get("NAME", ""), release.get("VERSION_ID", "")
    return (name, version, release.get("VERSION_CODENAME", ""))


def coroutine(function: Any) -> Any:
    """Make a generator an awaitable function."""
    import types

    return types.coroutine(function)


class HTMLUnescaper:
    """A parser of HTML of which only `unescape` was used."""

    unescape = staticmethod(unescape)


def gcd(a: int, b: int) -> int:
    """Return the greatest common divisor."""
    return math.gcd(a, b)


def _row(name: str, gone: str, function: str, edit: str) -> Row:
    module = name.rpartition(".")[0]
    return Row(name, gone, f"{_HERE}:{function}", edit, module=module)


ROWS = (
    *rows_of("collections", "Python 3.10", same_names("collections.abc", _ABSTRACT)),
    _row(
        "inspect.getargspec", "Python 3.11", "getargspec", "inspect.getfullargspec(f)"
    ),
    _row("asyncio.coroutine", "Python 3.11", "coroutine", "async def"),
    *rows_of(
        "asyncio",
        "Python 3.7",
        {"async": "asyncio:ensure_future"},
        "asyncio.ensure_future(…)",
    ),
    _row(
        "base64.encodestring", "Python 3.9", "encode_base64", "base64.encodebytes(data)"
    ),
    _row(
        "base64.decodestring", "Python 3.9", "decode_base64", "base64.decodebytes(data)"
    ),
    _row("fractions.gcd", "Python 3.9", "gcd", "math.gcd(a, b)"),
    _row("time.clock", "Python 3.8", "clock", "time.perf_counter()"),
    _row(
        "platform.linux_distribution",
        "Python 3.8",
        "linux_distribution",
        "platform.freedesktop_os_release()",
    ),
    _row(
        "platform.dist",
        "Python 3.8",
        "linux_distribution",
        "platform.freedesktop_os_release()",
    ),
    *rows_of(
        "configparser", "Python 3.12", {"SafeConfigParser": "configparser:ConfigParser"}
    ),
    *rows_of(
        "inspect",
        "Python 3.11",
        {"formatargspec": f"{_HERE}:format_arguments"},
        "inspect.signature(f)",
    ),
)


def format_arguments(args: Any, varargs: Any = None, varkw: Any = None, *_: Any) -> str:
    """Return the parameters of a function as text."""
    stars = ([f"*{varargs}"] if varargs else []) + ([f"**{varkw}"] if varkw else [])
    return f"({', '.join([*args, *stars])})"
