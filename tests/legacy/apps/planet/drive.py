# encoding: utf-8
from io import BytesIO
from planet import app
from flask import render_template_string

c = app.test_client()
rv = c.get('/feed.atom')
assert rv.mimetype == 'application/atom+xml' and u'Zürich &amp; co' in rv.data.decode('utf-8'), rv.data
assert b'&lt;p&gt;body&lt;/p&gt;' in rv.data and b'me@example.com' in rv.data
assert u'第二' in c.get('/year/2012').data.decode('utf-8')
assert c.get('/year/1999').data == b'lost 404' and c.get('/year/12').status_code == 404
rv = c.get('/file')
assert rv.data == b'hello' and 'hello.txt' in rv.headers['Content-Disposition'] and 'max-age=60' in rv.headers['Cache-Control']
assert c.post('/upload', data={'f': (BytesIO(b'x'), '../../etc/passwd')}).data == b'etc_passwd'
assert [c.get('/visits?name=<x>').data for n in range(2)] == [b'1 &lt;x&gt;', b'2 &lt;x&gt;']
assert c.get('/pictures/a.txt').data == b'shared\n'
with app.test_request_context():
    assert render_template_string('{{ "<abcdef"|shorten }}') == '<i>&lt;abcd</i>'
print('driven')
