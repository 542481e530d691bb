"""An app whose views and hooks are all async, and use all that a request has."""

import asyncio
import contextvars

import flask
from flask import request, session

from carboy.core import ContextState
from tests.versions import installed

variable = contextvars.ContextVar("variable", default="unset")
steps = ContextState("steps", list[str])

PATHS = [
    *("/view/0", "/view/3", "/divide", "/abort", "/missing"),
    *("/after", "/tasks", "/view/x"),
]
if installed("flask") >= (3, 1, 2):
    # Before that, stock Flask leaves the context on its stack.
    PATHS.append("/stream")


def build(app):
    """Add hooks and views, and return the app."""
    app.config["SECRET_KEY"] = "k" * 40
    add_hooks(app)
    for path, view in VIEWS.items():
        app.add_url_rule(path, view.__name__, view)
    return app


def add_hooks(app):
    @app.before_request
    async def before():
        await asyncio.sleep(0)
        steps.set(["before"])
        session["visits"] = session.get("visits", 0) + 1

    @app.after_request
    async def after(response):
        steps.get().append("after")
        response.headers["X-Steps"] = ",".join(steps.get())
        return response

    @app.teardown_request
    async def teardown(error):
        app.ended = [*steps.get(), type(error).__name__]

    @app.errorhandler(ZeroDivisionError)
    async def divided(error):
        return f"{type(error).__name__} at {request.path}", 418

    @app.errorhandler(404)
    async def missing(error):
        await asyncio.sleep(0)
        return f"no {request.path}", 404


async def view(number):
    async def part(value):
        await asyncio.sleep(0)
        return f"{request.path}{value}{session['visits']}{len(steps.get())}"

    return {"parts": await asyncio.gather(*map(part, range(number)))}


async def divide():
    await asyncio.sleep(0)
    return str(1 // 0)


async def abort():
    flask.abort(404)


async def stream():
    @flask.stream_with_context
    def pieces():
        for number in range(3):
            yield f"{request.path}{number}{session['visits']}"

    return flask.Response(pieces())


async def later():
    @flask.after_this_request
    async def add(response):
        response.headers["X-Later"] = "yes"
        return response

    return "later"


async def tasks():
    variable.set("view")

    @flask.copy_current_request_context
    def inner():
        return request.path

    return await asyncio.to_thread(inner)


VIEWS = {
    "/view/<int:number>": view,
    "/divide": divide,
    "/abort": abort,
    "/stream": stream,
    "/after": later,
    "/tasks": tasks,
}
