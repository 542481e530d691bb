"""The check of what the production server stands on."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check
from carboy.server import find_granian_mismatch


def check_server(app: Flask) -> Iterator[Check]:  # noqa: ARG001 - every check takes the app
    """Warn if the installed Granian is not the one that the server knows."""
    mismatch = find_granian_mismatch()
    if mismatch:
        yield Check(
            "server.W001",
            mismatch,
            "Install the version of Granian that Carboy asks for, or a newer Carboy.",
        )
