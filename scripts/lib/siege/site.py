"""The site under siege."""

import os
import time

from flask import Flask, Response, request

from carboy.events import Channel, events

app = Flask(__name__)
channel = Channel()


@app.route("/", methods=["GET", "POST"])
def hello() -> dict[str, str]:
    """The answer whose speed is compared."""
    return {"hello": "world"}


@app.get("/wait")
def wait() -> str:
    """A view that waits, as one for a database does."""
    time.sleep(0.05)
    return str(os.getpid())


@app.get("/pid")
def pid() -> str:
    """Which worker this is."""
    return str(os.getpid())


@app.post("/take")
def take() -> str:
    """Read a body."""
    return str(len(request.get_data()))


@app.get("/flow")
def flow() -> Response:
    """A megabyte, piece by piece."""
    return Response(b"x" * 16384 for _ in range(64))


@app.get("/watch")
def watch() -> Response:
    """An event stream."""
    return events(channel, per_user=100_000)


@app.get("/tell")
def tell() -> str:
    """Tell all who watch what time it is."""
    return channel.publish(repr(time.time()))
