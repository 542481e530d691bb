"""Runs the script of one extension on one side and prints what a browser would see.

What is random by design (tokens, ids, session cookies) is replaced by a fixed word, so
that the transcripts of two runs are equal when the behaviour is.
"""

import hashlib
import importlib
import re
import sys
import warnings

from side import take
from werkzeug.test import TestResponse

RANDOM = (
    (re.compile(r'(csrf_token"[^>]*value=")[^"]+'), r"\1TOKEN"),
    (re.compile(r"((?:session|remember_token|sid)=)[^;\s]+"), r"\1VALUE"),
    (re.compile(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d"), "TIME"),
    (re.compile(r"expires=[^;]+", re.IGNORECASE), "expires=TIME"),
    (re.compile(r"IjE[\w.-]{20,}|Ij[\w.-]{30,}"), "TOKEN"),
)
MOVING = {"content-length", "etag", "last-modified", "date"}


def hide(text: str) -> str:
    """Return the text with everything random replaced."""
    for pattern, word in RANDOM:
        text = pattern.sub(word, text)
    return text


def line(text: str) -> None:
    """Print a line of the transcript."""
    print(text)  # noqa: T201 - a script's output


def tell(what: str, response: TestResponse) -> TestResponse:
    """Print a response."""
    body = hide(response.get_data(as_text=True))
    digest = hashlib.sha256(body.encode()).hexdigest()[:12]
    line(f"{what}: {response.status}")
    for name, value in response.headers:
        if name.lower() not in MOVING:
            line(f"  {name}: {hide(value)}")
    line(f"  body {digest} {body[:70]!r}")
    return response


def say(what: str, value: object) -> None:
    """Print anything else that is worth comparing."""
    line(f"{what}: {value}")


if __name__ == "__main__":
    # The extensions are what they are; their warnings are not compared.
    warnings.simplefilter("ignore")
    take(sys.argv[1])
    importlib.import_module(f"smoke.{sys.argv[2]}").run(tell, say)
