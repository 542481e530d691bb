"""How deep a JSON body is nested, found before a parser has to go there.

Python's parser goes one level deeper for each bracket, and far enough down it fails
in a way that frameworks answer with 500.
"""

from __future__ import annotations

import json
import re

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_TEXT = re.compile(rb'"[^"]*"')
_ALIKE = bytes.maketrans(b"[]", b"{}")
_REST = bytes(set(range(256)) - set(b'"[]{}'))


def is_too_deep(data: bytes, most: int) -> bool:
    """Tell whether brackets are open more than `most` deep.

    What is no JSON anyway may get either answer, as long as a parser survives it.
    """
    if data.count(b"[") + data.count(b"{") <= most:
        return False
    brackets = _take_brackets(data)
    for _ in range(most):
        left = brackets.replace(b"{}", b"")
        if len(left) == len(brackets):
            return brackets.count(b"{") > most
        brackets = left
    return b"{" in brackets


def _take_brackets(data: bytes) -> bytes:
    """Return the brackets that are not in texts, all of one kind."""
    encoding = json.detect_encoding(data)
    if encoding not in {"utf-8", "utf-8-sig"}:
        data = data.decode(encoding, "replace").encode()
    if b"\\" in data:
        data = _ESCAPE.sub(b"", data)
    # Two quotes side by side end one text and begin another, so both may go.
    bare = data.translate(_ALIKE, _REST).replace(b'""', b"")
    return _TEXT.sub(b"", bare) if b'"' in bare else bare
