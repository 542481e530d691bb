import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))

from run import create_app

application = create_app()


class TestBooks(object):
    def setup(self):
        self.client = application.test_client()

    def test_add(self):
        rv = self.client.post('/v1/books/', json={'title': 'One', 'tags': ['a']})
        assert rv.status_code == 201
        id = rv.get_json()['id']
        assert self.client.get('/v1/books/%d' % id).get_json()['title'] == 'One'
        assert self.client.delete('/v1/books/%d' % id).status_code == 204
        assert self.client.get('/v1/books/%d' % id).status_code == 404

    def test_invalid(self):
        assert self.client.post('/v1/books/', json={'tags': []}).status_code == 400
        assert self.client.post('/v1/books/', data='x').status_code in (400, 415)

    def test_pages(self):
        assert self.client.get('/v1/books/?page=9').get_json() == []
        assert self.client.get('/v1/books/').status_code == 200

    def test_swagger(self):
        rv = self.client.get('/v1/swagger.json')
        assert rv.get_json()['info']['title'] == 'Books'

    def test_pages_of_html(self):
        assert self.client.get('/').data == b'<b>a%20b</b>'
        assert self.client.get('/path/a/b').data == b'/srv/a/b'
        assert self.client.get('/name').data == b'x'
        assert application.static_url_path == '/assets'


class TestProxy:
    @pytest.yield_fixture
    def app(self):
        yield application

    def test_address(self, app):
        rv = app.test_client().get('/ip', headers={'X-Forwarded-For': '1.2.3.4'})
        assert rv.data == b'1.2.3.4'
