"""Flask-SocketIO: long polling, which is what any WSGI server can do."""

import itertools

import flask
import flask_socketio


def make_app(seen):
    app = flask.Flask("chat")
    app.secret_key = "k" * 32
    socketio = flask_socketio.SocketIO(app, async_mode="threading")
    numbers = itertools.count(1)
    socketio.server.eio.generate_id = lambda: f"id{next(numbers)}"

    @app.get("/")
    def index():
        flask.session["name"] = "ada"
        return "index"

    @socketio.on("connect")
    def connect():
        seen.append((flask.request.namespace, flask.session.get("name")))
        flask_socketio.emit("hello", {"name": flask.session.get("name")})

    @socketio.on("say")
    def answer(text):
        seen.append(text)
        return text.upper()

    return app


def run(tell, say):
    seen = []
    client = make_app(seen).test_client()
    path = "/socket.io/?EIO=4&transport=polling"
    tell("index", client.get("/"))
    tell("open", client.get(path))
    tell("connect", client.post(f"{path}&sid=id1", data="40"))
    tell("connected", client.get(f"{path}&sid=id1"))
    tell("event", client.post(f"{path}&sid=id1", data='421["say","hi"]'))
    tell("answer", client.get(f"{path}&sid=id1"))
    tell("no such session", client.get(f"{path}&sid=none"))
    tell("old protocol", client.get("/socket.io/?EIO=9&transport=polling"))
    tell("index again", client.get("/"))
    say("seen", seen)
