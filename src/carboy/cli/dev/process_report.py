"""The message from the web process to `carboy dev`: which processes the app needs."""

import json
import os

from flask import Flask

from carboy.core import Process, registry_of


def write_report(app: Flask, fd: int) -> None:
    """Write the processes that the app needs beside the web, and close the pipe."""
    data = [[process.name, *process.command] for process in registry_of(app).processes]
    with os.fdopen(fd, "w", encoding="utf-8") as pipe:
        json.dump(data, pipe)


def parse_report(text: str) -> list[Process] | None:
    """Parse a report; return None if the web process ended without writing one."""
    if not text:
        return None
    return [Process(name, tuple(command)) for name, *command in json.loads(text)]
