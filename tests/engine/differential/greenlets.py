"""Sends requests from greenlets that switch inside the view; run as a script.

Apart because gevent replaces parts of the standard library, which no test process
would survive.
"""

import gevent.monkey

gevent.monkey.patch_all()

import sys  # noqa: E402 - gevent comes first

import flask  # noqa: E402 - after the patch
import gevent.pool  # noqa: E402 - after the patch

import carboy.engine  # noqa: E402 - after the patch


def make_app() -> flask.Flask:
    """Return an app whose view waits for others before it looks at its request."""
    app = flask.Flask("green")
    app.secret_key = "k" * 32

    @app.get("/<int:number>")
    def view(number: int) -> dict[str, object]:
        flask.session["number"] = number
        flask.globals.g.number = number
        gevent.sleep(0.001 * (number % 5))
        kept = flask.globals.g.number, flask.session["number"]
        return {"number": number, "path": flask.request.path, "kept": kept}

    return app


def ask(app: flask.Flask, number: int) -> bool:
    """Return whether the answer is the one for this number."""
    answer = app.test_client().get(f"/{number}").get_json()
    kept = [number, number]
    return bool(answer == {"number": number, "path": f"/{number}", "kept": kept})


if __name__ == "__main__":
    if sys.argv[1] == "engine":
        carboy.engine.install()
    the_app = make_app()
    pool = gevent.pool.Pool(50)
    right = sum(pool.map(lambda number: ask(the_app, number), range(400)))
    print(f"{right} right")  # noqa: T201 - a script's output
