"""Flask-RESTful: a resource with parsed arguments, marshalled answers, own errors."""

import flask
from flask_restful import Api, Resource, abort, fields, marshal_with, reqparse

KEPT = {1: {"id": 1, "task": "write", "secret": "x"}}
FIELDS = {"id": fields.Integer, "task": fields.String, "uri": fields.Url("task")}


class Task(Resource):
    """One task."""

    @marshal_with(FIELDS)
    def get(self, id):  # noqa: A002 - the name of the extension's URL field
        if id not in KEPT:
            abort(404, message=f"no task {id}")
        return KEPT[id]

    def delete(self, id):  # noqa: A002 - as above
        KEPT.pop(id, None)
        return "", 204


class Tasks(Resource):
    """All tasks."""

    @marshal_with(FIELDS, envelope="tasks")
    def get(self):
        return list(KEPT.values())

    @marshal_with(FIELDS)
    def post(self):
        parser = reqparse.RequestParser()
        parser.add_argument("task", required=True, help="say what")
        parser.add_argument("id", type=int, default=2)
        found = parser.parse_args()
        KEPT[found["id"]] = dict(found)
        return KEPT[found["id"]], 201, {"X-Made": "yes"}


def run(tell, say):
    app = flask.Flask("tasks")
    api = Api(app, catch_all_404s=True)
    api.add_resource(Task, "/tasks/<int:id>", endpoint="task")
    api.add_resource(Tasks, "/tasks")
    app.add_url_rule("/plain", view_func=lambda: "plain")
    client = app.test_client()
    tell("one", client.get("/tasks/1"))
    tell("none", client.get("/tasks/9"))
    tell("all", client.get("/tasks"))
    tell("create", client.post("/tasks", json={"task": "rest ü"}))
    tell("create from form", client.post("/tasks", data={"task": "form", "id": "3"}))
    tell("no task", client.post("/tasks", json={}))
    tell("bad id", client.post("/tasks", json={"task": "x", "id": "y"}))
    tell("delete", client.delete("/tasks/1"))
    tell("wrong method", client.put("/tasks"))
    tell("options", client.options("/tasks"))
    tell("unknown", client.get("/unknown"))
    tell("plain", client.get("/plain"))
    tell("head", client.head("/tasks"))
