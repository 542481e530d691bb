"""The site under test."""

import os
import time

from flask import Flask, Response, request

from carboy.events import Channel, events

app = Flask(__name__)
channel = Channel()


@app.route("/", methods=["GET", "POST"])
def hello() -> dict[str, str]:
    """Return the JSON whose speed is measured."""
    return {"hello": "world"}


@app.get("/wait")
def wait() -> str:
    """Wait as for a database; return the worker."""
    time.sleep(0.05)
    return str(os.getpid())


@app.get("/pid")
def pid() -> str:
    """Return the worker."""
    return str(os.getpid())


@app.post("/upload")
def upload() -> str:
    """Read a request body."""
    return str(len(request.get_data()))


@app.get("/stream")
def stream() -> Response:
    """Stream a megabyte in chunks."""
    return Response(b"x" * 16384 for _ in range(64))


@app.get("/watch")
def watch() -> Response:
    """Return an event stream."""
    return events(channel, per_user=100_000)


@app.get("/publish")
def publish() -> str:
    """Publish the time to all event streams."""
    return channel.publish(repr(time.time()))
