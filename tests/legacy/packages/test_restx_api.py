"""If this passes, an API of Flask-RESTPlus answers, validates and is described."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")


AN_API_WITH_NAMESPACES_AND_MODELS = """
from flask import Flask, Blueprint
from flask_restplus import Api, Resource, fields, Namespace, reqparse, Model, abort, marshal, inputs
app = Flask(__name__)
app.config['RESTPLUS_VALIDATE'] = True; app.testing = True
blueprint = Blueprint('api', __name__, url_prefix='/api/1')
api = Api(blueprint, version='1.0', title='TodoMVC API', description='A simple TodoMVC API', doc='/doc/', authorizations={'apikey': {'type': 'apiKey', 'in': 'header', 'name': 'X-API'}}, security='apikey', terms_url='x', license='MIT', contact='me', contact_email='a@b', default='main', default_label='l', ordered=True, validate=True)
app.register_blueprint(blueprint)
ns = api.namespace('todos', description='TODO operations')
todo = api.model('Todo', {
    'id': fields.Integer(readonly=True, description='The task unique identifier'),
    'task': fields.String(required=True, description='The task details', example='x', min_length=1, attribute='task', title='T', enum=['a','b','build']),
    'at': fields.DateTime(dt_format='iso8601', default=None), 'n': fields.Nested(api.model('Sub', {'x': fields.Integer(min=0, max=9)}), allow_null=True  ),
    'l': fields.List(fields.String),
})
page = api.inherit('Page', todo, {'page': fields.Integer(description='p')})
parser = api.parser()
parser.add_argument('task', type=str, required=True, help='The task details', location='form')
pag = reqparse.RequestParser(bundle_errors=True)
pag.add_argument('page', type=int, required=False, default=1, choices=[1,2], help='n', location='args', action='store')
T = [{'id': 1, 'task': 'build'}]
@ns.route('/', endpoint='todolist')
class TodoList(Resource):
    'Shows a list'
    @ns.doc('list_todos', security=None, responses={404: 'no'})
    @ns.expect(pag, validate=True)
    @ns.marshal_list_with(todo, envelope='data')
    def get(self):
        pag.parse_args(); return T
    @ns.doc('create_todo', params={'id': 'x'})
    @ns.expect(todo, validate=True)
    @ns.marshal_with(todo, code=201, description='made')
    @ns.response(400, 'bad')
    @ns.header('X', 'y')
    def post(self):
        T.append(dict(api.payload, id=2)); return T[-1], 201
@ns.route('/<int:id>', '/x/<int:id>')
@ns.response(404, 'Todo not found')
@ns.param('id', 'The task identifier')
class Todo(Resource):
    @ns.marshal_with(todo)
    def get(self, id):
        for t in T:
            if t['id'] == id: return t
        api.abort(404, "Todo {} doesn't exist".format(id))
    @ns.deprecated
    @ns.doc(parser=parser)
    def put(self, id): return {}
    @api.hide
    def delete(self, id): return '', 204
@api.errorhandler
def default(e): return {'message': 'default'}, 500
@api.errorhandler(KeyError)
def ke(e): return {'message': 'ke'}, 404
c = app.test_client()
assert c.get('/api/1/todos/').get_json()['data'][0]['task'] == 'build', c.get('/api/1/todos/').data
r = c.post('/api/1/todos/', json={}); assert r.status_code == 400 and 'errors' in r.get_json(), r.data
r = c.post('/api/1/todos/', json={'task': 'build'}); assert r.status_code == 201, r.data
r = c.get('/api/1/todos/9'); assert r.status_code == 404 and "doesn't exist" in r.get_json()['message']
r = c.get('/api/1/swagger.json', follow_redirects=True); assert r.status_code == 200, r.status
r = c.get('/api/1/doc/', follow_redirects=True); assert r.status_code == 200, r.status
assert c.put('/api/1/todos/1').get_json() == {}
assert c.delete('/api/1/todos/1').status_code == 204
with app.test_request_context(): assert api.url_for(TodoList)
"""


def test_an_api_with_namespaces_and_models(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(AN_API_WITH_NAMESPACES_AND_MODELS)


A_SMALL_API_IS_DESCRIBED = """
from flask import Flask
from flask_restplus import Resource, Api
app = Flask(__name__); app.testing = True
api = Api(app)
@api.route('/hello')
class HelloWorld(Resource):
    def get(self): return {'hello': 'world'}
c = app.test_client(); assert c.get('/hello').get_json() == {'hello': 'world'}
assert c.get('/swagger.json', follow_redirects=True).status_code == 200
app.config['REST_DOCS']='always'
"""


def test_a_small_api_is_described(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(A_SMALL_API_IS_DESCRIBED)


AN_API_WITHOUT_DOCUMENTATION = """
from flask_restplus import Api
from werkzeug.contrib.fixers import ProxyFix
from flask import Flask
app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app)
api = Api(app, doc=False)
api.add_namespace(__import__('flask_restplus').Namespace('x', path='/y'))
"""


def test_an_api_without_documentation(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(AN_API_WITHOUT_DOCUMENTATION)
