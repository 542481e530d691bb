"""Flask-DebugToolbar: put into HTML pages, left out elsewhere, redirects held back."""

import re

import flask
from flask_debugtoolbar import DebugToolbarExtension


def make_app():
    app = flask.Flask("shown")
    app.debug = True
    app.secret_key = "k" * 32
    DebugToolbarExtension(app)

    @app.get("/")
    def index():
        app.logger.warning("seen by the logger panel")
        return flask.render_template_string(
            "<html><body>hello {{ a }}</body></html>", a=1
        )

    app.add_url_rule("/json", view_func=lambda: {"a": 1}, endpoint="json")
    app.add_url_rule("/text", view_func=lambda: "no body tag", endpoint="text")
    app.add_url_rule("/away", view_func=lambda: flask.redirect("/"), endpoint="away")
    app.add_url_rule(
        "/stream",
        view_func=lambda: flask.Response(iter(["<body>", "</body>"])),
        endpoint="stream",
    )
    return app


def run(tell, say):
    client = make_app().test_client()
    page = client.get("/")
    text = page.get_data(as_text=True)
    say("status", page.status)
    say("starts", text.startswith("<html><body>hello 1"))
    say("panels", sorted(set(re.findall(r'id="(fl[\w-]*)"', text))))
    say("logger panel", "seen by the logger panel" in text)
    say("route panel", "/stream" in text)
    say("one toolbar", text.count('id="flDebug"'))
    tell("json", client.get("/json"))
    tell("text", client.get("/text"))
    tell("stream", client.get("/stream"))
    say("redirect", client.get("/away").status)
    tell("resource", client.get("/_debug_toolbar/static/js/toolbar.js"))
