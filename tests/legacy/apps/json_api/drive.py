from service import app

c = app.test_client()
data = c.get('/user').get_json()
assert data == {'user': {'id': 1, 'name': 'ed'}, 'price': 1.5, 'at': '2018-01-02 03:04:05', 'date': 'Tue, 02 Jan 2018 00:00:00 GMT'}, data
assert c.post('/body', data='x').get_json() == {'got': None, 'also': None, 'ready': True}
assert c.post('/body', json={'a': 1}).get_json()['got'] == {'a': 1}
assert c.post('/body', data='{', content_type='application/json').status_code == 400
assert c.get('/stack').data == b"/stack 5 [('a', 1)]", c.get('/stack').data
assert c.get('/file/a/b').data == b'/srv/a/b'
assert c.get('/file/..%2f..%2fetc%2fpasswd').status_code == 404
assert c.get('/session').get_json() == {'k2': 456}, c.get('/session').data
print('driven')
