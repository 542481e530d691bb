"""Content encodings: which a client takes, and how content is compressed with each."""

import gzip
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module

from werkzeug.datastructures import Accept

# The smallest result first: chosen in this order if a client takes several alike.
ENCODINGS = ("br", "zstd", "gzip")
# A suffix for files, as nginx and others name them.
SUFFIXES = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}
# A compressed form has to be this much smaller to be worth its header.
_WORTH = 0.95

Compress = Callable[[bytes, bool], bytes]


@cache
def list_encodings() -> tuple[str, ...]:
    """Return the encodings that this environment can make, the preferred one first."""
    return tuple(name for name in ENCODINGS if _find_compressor(name) is not None)


def compress(encoding: str, content: bytes, *, best: bool) -> bytes | None:
    """Return the compressed content, or None if that is not worth it.

    With `best` it takes as long as it takes: for a build, not for a request.
    """
    compressor = _find_compressor(encoding)
    packed = compressor(content, best) if compressor is not None else None
    if packed is None or len(packed) >= _WORTH * len(content):
        return None
    return packed


def choose_encoding(accepted: Accept, available: Iterable[str]) -> str | None:
    """Return the encoding to send, or None for the content as it is."""
    chosen, quality = None, _quality_of_identity(accepted)
    for encoding in available:
        offered = accepted.quality(encoding)
        if offered > quality or (chosen is None and 0 < offered == quality):
            chosen, quality = encoding, offered
    return chosen


def _quality_of_identity(accepted: Accept) -> float:
    if any(value.lower() == "identity" for value, _ in accepted):
        return float(accepted.quality("identity"))
    # Not named: acceptable, but whatever is named is preferred.
    return 0.0


@cache
def _find_compressor(encoding: str) -> Compress | None:
    """Return the function for an encoding; brotli and zstandard are an extra."""
    if encoding == "gzip":
        return lambda content, best: gzip.compress(content, 9 if best else 6, mtime=0)
    try:
        module = import_module({"br": "brotli", "zstd": "zstandard"}[encoding])
    except ImportError:
        return None
    if encoding == "br":
        return lambda content, best: bytes(
            module.compress(content, quality=11 if best else 5)
        )
    return lambda content, best: bytes(
        module.ZstdCompressor(level=19 if best else 6).compress(content)
    )
