"""A list of tasks with Flask-RESTX, documented by Swagger."""

from flask import Flask
from flask_restx import Api, Resource, fields
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app)
api = Api(app, version="1.0", title="Tasks", description="What is to do")
tasks = api.namespace("tasks", description="Operations on tasks")
task = api.model(
    "Task",
    {"id": fields.Integer(readonly=True), "task": fields.String(required=True)},
)
rows = [{"id": 1, "task": "first"}]


@tasks.route("/")
class TaskList(Resource):
    """All tasks."""

    @tasks.marshal_list_with(task)
    def get(self):
        """List all tasks."""
        return rows

    @tasks.expect(task, validate=True)
    @tasks.marshal_with(task, code=201)
    def post(self):
        """Create a task."""
        rows.append({"id": len(rows) + 1, "task": api.payload["task"]})
        return rows[-1], 201


@tasks.route("/<int:number>")
@tasks.response(404, "Task not found")
class Task(Resource):
    """One task."""

    @tasks.marshal_with(task)
    def get(self, number):
        """Return a task."""
        for row in rows:
            if row["id"] == number:
                return row
        api.abort(404, f"Task {number} does not exist")

    def delete(self, number):
        """Delete a task."""
        rows[:] = [row for row in rows if row["id"] != number]
        return "", 204
