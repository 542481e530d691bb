"""The app that the tests of the server serve."""

import asyncio
import builtins
import hashlib
import os
import threading
import time
from pathlib import Path
from wsgiref.validate import validator

from flask import Flask, Response, redirect, request, send_file

from carboy import engine
from carboy.events import (
    Channel,
    Event,
    PollingChannel,
    events,
)

app = Flask(__name__)
# As an app that knows Carboy, so that the strict defaults apply.
app.has_settings = False
if os.environ.get("SITE_PLAIN"):
    # The way of an app with a middleware around it.
    engine.uninstall()
    app.wsgi_app = app.wsgi_app
channel = Channel(replay=1)
gate = threading.Event()
state = PollingChannel(lambda: Path(os.environ["SITE_STATE"]).read_text(), every=0.05)
NOTES = Path(os.environ.get("SITE_NOTES", os.devnull))


def note(text: str) -> None:
    with NOTES.open("a") as file:
        file.write(text + "\n")


@app.before_request
def note_entry() -> None:
    # That one is to be quick, on slow disks, too.
    if request.path != "/turn":
        note(f"{request.method} {request.path}")


@app.route("/", methods=["GET", "POST", "OPTIONS"])
def hello() -> dict[str, object]:
    return {"hello": "world", "pid": os.getpid()}


@app.get("/see")
def see() -> dict[str, object]:
    return {
        "host": request.host,
        "url": request.url,
        "path": request.path,
        "root": request.root_path,
        "scheme": request.scheme,
        "client": request.remote_addr,
        "query": request.query_string.decode("latin-1"),
        "headers": [list(pair) for pair in request.headers],
        "thread": threading.current_thread().name,
    }


@app.get("/environ")
def show_environ() -> dict[str, str]:
    return {key: repr(value) for key, value in request.environ.items()}


@app.post("/take")
def take() -> dict[str, object]:
    data = request.get_data()
    digest = hashlib.sha256(data).hexdigest()
    return {"size": len(data), "digest": digest, "kind": type(request.stream).__name__}


@app.post("/json")
def take_json() -> dict[str, str]:
    return {"kind": type(request.get_json()).__name__}


@app.post("/form")
def form() -> dict[str, object]:
    names = {name: len(file.read()) for name, file in request.files.items()}
    return {"fields": dict(request.form), "files": names}


@app.get("/wait/<float:seconds>")
def wait(seconds: float) -> str:
    time.sleep(seconds)
    return "waited"


@app.get("/turn")
def take_turn() -> str:
    """Usually quick; with `stay` it waits until another request says `open`."""
    if "open" in request.args:
        gate.set()
    if "stay" in request.args:
        note("staying")
        opened = gate.wait(10)
        gate.clear()
        return f"{threading.current_thread().name} {opened}"
    return threading.current_thread().name


@app.get("/until/<name>")
def wait_until(name: str) -> str:
    while not NOTES.with_name(name).exists():
        time.sleep(0.02)
    return "waited"


@app.get("/alone")
def be_alone() -> str:
    note("in")
    time.sleep(0.02)
    note("out")
    return threading.current_thread().name


@app.get("/flow/<int:count>")
def flow(count: int) -> Response:
    def make():
        try:
            for _ in range(count):
                yield b"x" * 65536
        finally:
            note("flow ended")

    return Response(make())


@app.get("/drip")
def drip() -> Response:
    def make():
        for number in range(3):
            yield f"{number}\n"
            time.sleep(0.1)

    return Response(make())


@app.get("/broken")
def broken() -> Response:
    def make():
        yield "half"
        time.sleep(0.1)
        raise RuntimeError("on purpose")

    return Response(make())


@app.get("/fail")
def fail() -> str:
    raise SystemExit(7)


@app.get("/fail/<name>")
def fail_with(name: str) -> str:
    raise getattr(builtins, name)


@app.get("/file")
def file() -> Response:
    return send_file(os.environ["SITE_FILE"], conditional=True)


@app.get("/go")
def go() -> Response:
    return redirect(request.args["to"])


@app.get("/header")
def header() -> Response:
    return Response("ok", headers={"X-Said": request.args["value"]})


@app.get("/watch")
def watch() -> Response:
    return events(channel, keep_alive=0.3, user=request.args.get("user", ""))


@app.get("/watch/state")
def watch_state() -> Response:
    return events(state)


@app.get("/watch/async")
def watch_async() -> Response:
    async def make():
        for number in range(3):
            yield Event(number, id=str(number))
            await asyncio.sleep(0.02)

    return events(make())


@app.get("/watch/plain")
def watch_plain() -> Response:
    return events(lambda last: iter(range(int(last or 0), 3)))


@app.post("/tell")
def publish_told() -> dict[str, str]:
    return {"id": channel.publish(request.get_json(), event="told")}


@app.get("/kill")
def kill() -> str:
    os.kill(os.getpid(), 9)
    return ""


@app.get("/hang")
def hang() -> str:
    # Holds the interpreter: nothing else of this process runs any more.
    sum(range(10**12))
    return ""


def validated_app(environ, start_response):
    body = environ["wsgi.input"].read(10)
    status, kind = "200 OK", [("Content-Type", "text/plain")]
    if environ["PATH_INFO"] == "/write":
        write = start_response(status, kind)
        write(b"written ")
        return [b"returned"]
    start_response(status, kind)
    return [b"got ", body] if environ["REQUEST_METHOD"] != "HEAD" else []


validated = validator(validated_app)


def rude(environ, start_response):
    kind = environ["PATH_INFO"]
    if kind == "/none":
        return [b"no start"]
    if kind == "/short":
        start_response("200 OK", [("Content-Length", "10")])
        return iter([b"short"])
    if kind == "/long":
        start_response("200 OK", [("Content-Length", "2")])
        return [b"longer"]
    if kind == "/inject":
        start_response("200 OK", [("X", "a\r\nSet-Cookie: evil=1")])
        return [b"x"]
    if kind == "/framed":
        start_response("200 OK", [("Transfer-Encoding", "chunked")])
        return [b"5\r\nhello\r\n0\r\n\r\n"]
    start_response("200 OK", [("X-Text", "caf\xc3\xa9")])
    return [b"ok"]


def create_app():
    return app


def create_broken():
    raise LookupError("no configuration")


number = 3
