# -*- coding: utf-8 -*-
import wiki


class TestWiki:
    def setup(self):
        wiki.pages.clear()
        wiki.cache.clear()
        self.client = wiki.app.test_client()

    def teardown(self):
        self.client = None

    def test_pages(self):
        assert self.client.get('/page/a').data == b'no page'
        rv = self.client.post('/page/a', data={'text': 'x < y'})
        assert rv.headers['Location'] == 'http://localhost/page/a'
        rv = self.client.get('/page/a')
        assert b'<h1>a</h1>' in rv.data and b'<p>x &lt; y</p>' in rv.data and b'size=5' in rv.data
        assert self.client.get('/page/a').data == rv.data

    def test_links(self):
        assert self.client.get('/links').data == b'<%C3%BCa_b.txt'
        rv = self.client.get('/links', headers={'X-Requested-With': 'XMLHttpRequest'})
        assert rv.data == b'next=a+b'

    def test_export(self):
        rv = self.client.get('/export/a/b.txt')
        assert 'b.txt' in rv.headers['Content-Disposition']
        assert 'max-age=5' in rv.headers['Cache-Control']
        assert self.client.get('/export/../b').status_code == 404

    def test_middleware(self):
        assert self.client.get('/shared/wiki.ini').status_code == 200
        assert wiki.app.config['SEND_FILE_MAX_AGE_DEFAULT'].total_seconds() == 60 if hasattr(
            wiki.app.config['SEND_FILE_MAX_AGE_DEFAULT'], 'total_seconds') else True
