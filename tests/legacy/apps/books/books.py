"""A REST service with namespaces and models, of Flask-RESTPlus 0.9 (2016)."""
from flask import Flask, Blueprint
from flask_restplus import Api, Resource, Namespace, fields, reqparse
from werkzeug.contrib.fixers import ProxyFix

app = Flask(__name__)
app.config['RESTPLUS_MASK_SWAGGER'] = False
app.wsgi_app = ProxyFix(app.wsgi_app)
blueprint = Blueprint('api', __name__, url_prefix='/api')
api = Api(blueprint, version='1.0', title='Books API', description='A simple API', doc='/doc/',
          contact='me', license='MIT')
ns = Namespace('books', description='Book operations')

author = api.model('Author', {'name': fields.String(required=True)})
book = api.model('Book', {
    'id': fields.Integer(readonly=True, description='The unique identifier'),
    'title': fields.String(required=True, description='The title', min_length=1),
    'pages': fields.Integer(min=1, default=1),
    'author': fields.Nested(author, allow_null=True),
    'uri': fields.Url('api.books_book_item'),
})
page = reqparse.RequestParser()
page.add_argument('per_page', type=int, choices=[1, 2, 10], default=10, location='args', help='Rows of a page')


class BookDAO(object):
    def __init__(self):
        self.counter, self.books = 0, []

    def get(self, id):
        for each in self.books:
            if each['id'] == id:
                return each
        api.abort(404, "Book {} doesn't exist".format(id))

    def create(self, data):
        self.counter += 1
        each = dict(data, id=self.counter)
        self.books.append(each)
        return each


DAO = BookDAO()


@ns.route('/')
class BookList(Resource):
    """Shows a list of all books, and lets you POST to add new ones"""

    @ns.doc('list_books')
    @ns.expect(page)
    @ns.marshal_list_with(book)
    def get(self):
        return DAO.books[:page.parse_args()['per_page']]

    @ns.doc('create_book')
    @ns.expect(book, validate=True)
    @ns.marshal_with(book, code=201)
    def post(self):
        return DAO.create(api.payload), 201


@ns.route('/<int:id>')
@ns.response(404, 'Book not found')
@ns.param('id', 'The book identifier')
class BookItem(Resource):
    @ns.doc('get_book')
    @ns.marshal_with(book)
    def get(self, id):
        return DAO.get(id)

    @ns.response(204, 'Book deleted')
    def delete(self, id):
        DAO.books.remove(DAO.get(id))
        return '', 204


@api.errorhandler(ValueError)
def wrong(error):
    return {'message': str(error)}, 418


@ns.route('/wrong')
class Wrong(Resource):
    def get(self):
        raise ValueError('wrong')


api.add_namespace(ns)
app.register_blueprint(blueprint)

if __name__ == '__main__':
    app.run(debug=True)
