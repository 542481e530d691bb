from collections import OrderedDict, Iterable

from flask import request
from flask_restplus import Namespace, Resource, fields, reqparse, abort
from werkzeug import cached_property
from werkzeug.exceptions import NotFound

ns = Namespace('books', description='Books operations')
book = ns.model('Book', {
    'id': fields.Integer(readonly=True),
    'title': fields.String(required=True, min_length=1),
    'tags': fields.List(fields.String)})
pagination = reqparse.RequestParser()
pagination.add_argument('page', type=int, required=False, default=1)


class Shelf(object):
    def __init__(self):
        self.books = OrderedDict()

    @cached_property
    def owner(self):
        return 'nobody'

    def add(self, data):
        tags = data.get('tags') or []
        assert isinstance(tags, Iterable)
        data['id'] = len(self.books) + 1
        self.books[data['id']] = data
        return data


shelf = Shelf()


@ns.route('/')
class BookList(Resource):
    @ns.expect(pagination)
    @ns.marshal_list_with(book)
    def get(self):
        page = pagination.parse_args(request)['page']
        return list(shelf.books.values())[(page - 1) * 2:page * 2]

    @ns.expect(book, validate=True)
    @ns.marshal_with(book, code=201)
    def post(self):
        return shelf.add(request.json), 201


@ns.route('/<int:id>')
class Book(Resource):
    @ns.marshal_with(book)
    def get(self, id):
        if id not in shelf.books:
            raise NotFound()
        return shelf.books[id]

    def delete(self, id):
        if id not in shelf.books:
            abort(404, 'gone')
        del shelf.books[id]
        return '', 204
