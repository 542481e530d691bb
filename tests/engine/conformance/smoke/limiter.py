"""Flask-Limiter: limits by default, of a view, shared, and none."""

import flask
import flask_limiter


def make_app(seen):
    app = flask.Flask("limited")
    limiter = flask_limiter.Limiter(
        lambda: flask.request.args.get("user", "anyone"),
        app=app,
        default_limits=["3/hour"],
        storage_uri="memory://",
        on_breach=lambda limit: seen.append(str(limit.limit)),
    )

    @app.get("/")
    def index():
        return "index"

    @app.get("/strict")
    @limiter.limit("1/hour", error_message="once")
    def strict():
        return "strict"

    @app.get("/free")
    @limiter.exempt
    def free():
        return "free"

    @app.errorhandler(429)
    def refuse(error):
        return {"limit": error.description}, 429

    return app


def run(tell, say):
    seen = []
    client = make_app(seen).test_client()
    for _ in range(4):
        tell("index", client.get("/"))
    tell("another user", client.get("/?user=ann"))
    for _ in range(2):
        tell("strict", client.get("/strict"))
        tell("free", client.get("/free"))
    say("breaches", seen)
