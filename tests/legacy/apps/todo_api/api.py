"""A REST service of 2015 with Flask-RESTful, as its documentation writes one."""
from flask import Flask, make_response, render_template_string
from flask.ext.restful import Api, Resource, abort, fields, marshal_with, reqparse, inputs
from flask_restful.utils import cors

app = Flask(__name__)
api = Api(app)

TODOS = {
    'todo1': {'task': 'build an API'},
    'todo2': {'task': '?????'},
}
parser = reqparse.RequestParser()
parser.add_argument('task', type=str, required=True, help='Name a task')
parser.add_argument('priority', type=inputs.int_range(1, 5), default=3)

todo_fields = {
    'task': fields.String,
    'priority': fields.Integer(default=3),
    'uri': fields.Url('todo'),
}


class TodoDao(object):
    def __init__(self, todo_id, task, priority=3):
        self.todo_id, self.task, self.priority = todo_id, task, priority


def abort_if_missing(todo_id):
    if todo_id not in TODOS:
        abort(404, message="Todo {} doesn't exist".format(todo_id))


class Todo(Resource):
    @marshal_with(todo_fields)
    def get(self, todo_id):
        abort_if_missing(todo_id)
        return TodoDao(todo_id=todo_id, **TODOS[todo_id])

    def delete(self, todo_id):
        abort_if_missing(todo_id)
        del TODOS[todo_id]
        return '', 204

    def put(self, todo_id):
        args = parser.parse_args()
        TODOS[todo_id] = {'task': args['task'], 'priority': args.priority}
        return TODOS[todo_id], 201


class TodoList(Resource):
    def get(self):
        return TODOS


class Page(Resource):
    def get(self):
        return make_response(render_template_string('<h1>{{ n }} todos</h1>', n=len(TODOS)))


api.add_resource(TodoList, '/todos', '/todos/')
api.add_resource(Todo, '/todos/<todo_id>', endpoint='todo')
api.add_resource(Page, '/page')

if __name__ == '__main__':
    app.run(debug=True)
