"""Flask-CORS: a preflight, an API with credentials, an error page."""

import flask
import flask_cors

ORIGIN = {"Origin": "http://shop.test"}
ASKS = {
    **ORIGIN,
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "X-Token",
}


def make_app():
    app = flask.Flask("api")
    app.logger.disabled = True
    api = {"origins": ORIGIN["Origin"], "supports_credentials": True, "max_age": 60}
    flask_cors.CORS(app, resources={r"/api/*": api, "/fail": {}})

    @app.route("/api/items", methods=["GET", "PUT"])
    def items():
        return {"items": []}

    @app.get("/open")
    @flask_cors.cross_origin(expose_headers=["X-Total"])
    def anyone():
        return "anyone"

    @app.get("/fail")
    def fail():
        raise RuntimeError

    return app


def run(tell, say):
    client = make_app().test_client()
    tell("preflight", client.options("/api/items", headers=ASKS))
    tell("request", client.put("/api/items", headers=ORIGIN))
    tell(
        "another origin", client.get("/api/items", headers={"Origin": "http://b.test"})
    )
    tell("no origin", client.get("/api/items"))
    tell("decorated", client.get("/open", headers=ORIGIN))
    tell("options of a decorated view", client.options("/open", headers=ASKS))
    tell("an error", client.get("/fail", headers=ORIGIN))
    tell("no such page", client.get("/api/none", headers=ORIGIN))
