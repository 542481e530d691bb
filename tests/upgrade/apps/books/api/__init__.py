from flask_restplus import Api

from .books import ns as books

api = Api(title='Books', version='1.0', description='A simple demo API', doc='/doc/')
api.add_namespace(books)
