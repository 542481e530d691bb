"""Flask-Session: server-side sessions in a folder, changed, permanent and cleared."""

import tempfile

import flask
from cachelib.file import FileSystemCache
from flask_session import Session


def make_app(folder):
    app = flask.Flask("sessions")
    app.secret_key = "k" * 32
    app.config.update(
        SESSION_TYPE="cachelib", SESSION_CACHELIB=FileSystemCache(folder, threshold=9)
    )
    Session(app)

    @app.get("/set/<key>/<value>")
    def put(key, value):
        flask.session[key] = value
        flask.session.permanent = "permanent" in flask.request.args
        return "kept"

    @app.get("/get/<key>")
    def get(key):
        return {"value": flask.session.get(key), "new": flask.session.new}

    @app.get("/none")
    def none():
        return "not touched"

    @app.get("/clear")
    def clear():
        flask.session.clear()
        return "cleared"

    return app


def run(tell, say):
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(folder)
        client, other = app.test_client(), app.test_client()
        tell("untouched", client.get("/none"))
        tell("set", client.get("/set/a/1"))
        tell("get", client.get("/get/a"))
        tell("other client", other.get("/get/a"))
        tell("permanent", other.get("/set/b/2?permanent"))
        tell("untouched again", other.get("/none"))
        tell("get b", other.get("/get/b"))
        tell("first client's b", client.get("/get/b"))
        tell("clear", client.get("/clear"))
        tell("after clear", client.get("/get/a"))
        with client.session_transaction() as session:
            session["c"] = 3
        tell("after a transaction", client.get("/get/c"))
