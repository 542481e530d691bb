"""Whether a file that cannot be parsed is Python 2, and which line says so."""

import re

_SIGNS = (
    (re.compile(r"^\s*print\s+(?![=(]|$)\S"), "the statement print"),
    (re.compile(r"^\s*print\s*$"), "the statement print"),
    (re.compile(r"^\s*print\s*\(.*\)\s*%"), "the statement print"),
    (re.compile(r"^\s*except\s+[\w.()\s,]+?,\s*\w+\s*:"), "except Error, name"),
    (re.compile(r"^\s*raise\s+[\w.]+\s*,"), "raise Error, message"),
    (re.compile(r"^\s*exec\s+[^=(\s]"), "the statement exec"),
    (re.compile(r"<>"), "the operator <>"),
    (re.compile(r"\bur['\"]"), "a string ur''"),
    (re.compile(r"(?<![\w.])0[0-7]+\b(?![.\w])"), "an octal number such as 0777"),
    (re.compile(r"(?<![\w.])\d+[lL]\b"), "a long integer such as 1L"),
    (re.compile(r"`[^`]+`"), "backquotes"),
)


def find_python2(text: str) -> tuple[int, str] | None:
    """Return the line and the sign of Python 2 code, or None."""
    for number, line in enumerate(text.splitlines(), start=1):
        code = line.split("#", 1)[0]
        for pattern, sign in _SIGNS:
            if pattern.search(code):
                return number, sign
    return None
