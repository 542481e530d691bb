from flaskr import app

c = app.test_client()
assert b'No entries here so far' in c.get('/').data
rv = c.post('/add', data={'title': 't', 'text': 'x'})
assert rv.status_code == 401
assert b'Invalid password' in c.post('/login', data={'username': 'admin', 'password': 'x'}).data
rv = c.post('/login', data={'username': 'admin', 'password': 'default'})
assert rv.headers['Location'] == 'http://localhost/', rv.headers['Location']
rv = c.post('/add', data={'title': '<Hello>', 'text': '<b>HTML</b>'}, follow_redirects=True)
assert b'New entry <em>&lt;Hello&gt;</em>' in rv.data
assert b'&lt;Hello&gt;' in rv.data and b'<b>HTML</b>' in rv.data
assert c.get('/hello/<x>').data == b'Hello &lt;x&gt;'
assert b'You were logged out' in c.get('/logout', follow_redirects=True).data
print('driven')
