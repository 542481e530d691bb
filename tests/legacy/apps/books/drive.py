from books import app

app.testing = True
c = app.test_client()
assert c.get('/api/books/').get_json() == []
rv = c.post('/api/books/', json={'pages': 3})
assert rv.status_code == 400 and 'title' in str(rv.get_json()['errors']), rv.data
for n in range(3):
    rv = c.post('/api/books/', json={'title': 'b%d' % n, 'author': {'name': 'x'}})
    assert rv.status_code == 201, rv.data
assert rv.get_json() == {'id': 3, 'title': 'b2', 'pages': 1, 'author': {'name': 'x'}, 'uri': '/api/books/3'}, rv.data
assert len(c.get('/api/books/?per_page=2').get_json()) == 2
assert c.get('/api/books/?per_page=5').status_code == 400
assert c.delete('/api/books/1').status_code == 204
rv = c.get('/api/books/1')
assert rv.status_code == 404 and "doesn't exist" in rv.get_json()['message']
assert c.get('/api/books/wrong').status_code == 418
names = c.get('/api/swagger.json', follow_redirects=True).get_json()['components']['schemas']
assert 'Book' in names, names
assert b'Books API' in c.get('/api/doc/', follow_redirects=True).data or c.get('/api/doc/').status_code == 302
print('driven')
