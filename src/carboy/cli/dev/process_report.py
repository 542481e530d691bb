"""What a web process tells the `carboy dev` that started it."""

import json
import os

from flask import Flask

from carboy.core import Process, registry_of


def report_processes(app: Flask, fd: int) -> None:
    """Write which processes the app needs beside the web, and close the pipe."""
    data = [[one.name, *one.command] for one in registry_of(app).processes]
    with os.fdopen(fd, "w", encoding="utf-8") as pipe:
        json.dump(data, pipe)


def read_processes(text: str) -> list[Process] | None:
    """Read such a report; None if the process ended before it could tell."""
    if not text:
        return None
    return [Process(name, tuple(command)) for name, *command in json.loads(text)]
