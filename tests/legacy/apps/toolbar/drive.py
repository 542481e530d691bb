from toolbar_site import app, rendered

c = app.test_client()
assert c.get('/').status_code == 200
for text in ('one', '<two>'):
    rv = c.post('/add', data=dict(text=text), follow_redirects=True)
assert b'added' in rv.data and b'<p>&lt;two&gt;</p><p>one</p>' in rv.data, rv.data
assert rv.headers['X-Queries'] == '1', rv.headers
assert rendered == ['index.html'] * 3
rv = c.get('/browser', headers={'User-Agent': 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/60.0 Safari/537.36'})
assert rv.data == b'chrome on windows', rv.data
print('driven')
