"""Requests that run at the same time, in threads and in greenlets, do not mix."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import flask
import pytest
from differential.sides import INHERITED, INSTALLED, STOCK

FOLDER = Path(__file__).parent / "differential"


def make_app(side):
    app = side.make_class()("busy")
    app.secret_key = "k" * 32
    app.before_request(lambda: setattr(flask.globals.g, "path", flask.request.path))

    @app.after_request
    def mark(response):
        response.headers["X-Path"] = flask.globals.g.path
        return response

    @app.route("/<int:number>/<path:rest>", methods=["GET", "POST"])
    def view(number, rest):
        flask.session["number"] = number
        threading.Event().wait(0.0005)
        seen = flask.request.get_data(as_text=True), flask.globals.g.path
        return {"number": number, "rest": rest, "seen": seen, **flask.request.args}

    @app.get("/broken/<int:number>")
    def broken(number):
        flask.abort(400 + number % 18, str(number))

    app.add_url_rule("/static-page", view_func=lambda: flask.request.args["n"])
    return app


def ask(app, number):
    paths = (
        f"/{number}/a/b?q={number}",
        f"/broken/{number}",
        f"/static-page?n={number}",
    )
    client = app.test_client()
    path = paths[number % 3]
    if number % 6 == 0:
        answer = client.post(path, data=f"body {number}")
    else:
        answer = client.get(path)
    cookie = client.get_cookie("session")
    number_kept = None
    if cookie is not None:
        signer = app.session_interface.get_signing_serializer(app)
        number_kept = signer.loads(cookie.value)["number"]
    return answer.status, answer.headers["X-Path"], answer.get_data(), number_kept


@pytest.mark.parametrize("side", [INSTALLED, INHERITED], ids=lambda side: side.name)
def test_the_first_and_all_later_requests_of_many_threads_get_their_own_answers(side):
    expected = [ask(make_app(STOCK), number) for number in range(60)]

    with side.on(), ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            # A new app each time: the first requests make the plan together.
            app = make_app(side)
            assert [*pool.map(lambda n, app=app: ask(app, n), range(60))] == expected


@pytest.mark.parametrize("side", ["stock", "engine"])
def test_greenlets_of_one_thread_get_their_own_answers(side):
    done = subprocess.run(
        [sys.executable, str(FOLDER / "greenlets.py"), side],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stderr == ""
    assert done.stdout == "400 right\n"
