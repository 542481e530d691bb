"""Measures how deep a JSON body is nested, before a parser reads it.

Python's parser recurses for each bracket, and when it is too deep it fails in a way
that frameworks answer with 500.
"""

import json
import re

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_STRING = re.compile(rb'"[^"]*"')
_SAME_KIND = bytes.maketrans(b"[]", b"{}")
_REST = bytes(set(range(256)) - set(b'"[]{}'))


def is_too_deep(data: bytes, limit: int) -> bool:
    """Return whether brackets are nested more than `limit` deep.

    Text that is not JSON may get either answer, as long as a parser survives it.
    """
    if data.count(b"[") + data.count(b"{") <= limit:
        return False
    brackets = _extract_brackets(data)
    for _ in range(limit):
        remaining = brackets.replace(b"{}", b"")
        if len(remaining) == len(brackets):
            return brackets.count(b"{") > limit
        brackets = remaining
    return b"{" in brackets


def _extract_brackets(data: bytes) -> bytes:
    """Return the brackets outside of strings, all of one kind."""
    encoding = json.detect_encoding(data)
    if encoding not in {"utf-8", "utf-8-sig"}:
        data = data.decode(encoding, "replace").encode()
    if b"\\" in data:
        data = _ESCAPE.sub(b"", data)
    # Two adjacent quotes end one string and begin another, so both can go.
    bare = data.translate(_SAME_KIND, _REST).replace(b'""', b"")
    return _STRING.sub(b"", bare) if b'"' in bare else bare
