"""Flask-Caching: cached views by path, by query, by argument; memoised functions."""

import flask
from flask_caching import Cache


def make_app():
    app = flask.Flask("cached")
    cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})
    calls = []

    def count(name):
        calls.append(name)
        return f"{name} {calls.count(name)}"

    @app.get("/page")
    @cache.cached(timeout=60)
    def page():
        return count("page")

    @app.get("/query")
    @cache.cached(query_string=True)
    def query():
        return count("query " + flask.request.args.get("q", ""))

    @app.get("/item/<int:number>")
    @cache.cached()
    def item(number):
        return {"item": count(f"item {number}")}

    @app.get("/unless")
    @cache.cached(unless=lambda: "no" in flask.request.args)
    def unless():
        return count("unless")

    @cache.memoize(60)
    def double(number):
        return count(f"double {number}")

    @app.get("/memo/<int:number>")
    def memo(number):
        return double(number)

    @app.get("/clear")
    def clear():
        return str(cache.clear())

    return app


def run(tell, say):
    client = make_app().test_client()
    paths = ("/page", "/query", "/query?q=1", "/query?q=2", "/item/1", "/item/2")
    for path in (*paths, *paths, "/unless", "/unless?no", "/unless", "/memo/1"):
        tell(path, client.get(path))
    tell("memo again", client.get("/memo/1"))
    tell("clear", client.get("/clear"))
    for path in paths:
        tell(f"cleared {path}", client.get(path))
