from api import app, db, User

db.create_all()
c = app.test_client()
assert c.post('/api/users').status_code == 400
rv = c.post('/api/users', json={'username': 'miguel', 'password': 'python'})
assert rv.status_code == 201 and rv.location == 'http://localhost/api/users/1', rv.location
assert c.get('/api/users/1').get_json() == {'username': 'miguel'}
assert c.get('/api/token').status_code == 401
assert c.get('/api/token', auth=('miguel', 'no')).status_code == 401
token = c.get('/api/token', auth=('miguel', 'python')).get_json()['token']
assert c.get('/api/token', auth=(token, 'x')).status_code == 200
assert c.get('/api/token', auth=(token[:-2] + 'xx', 'x')).status_code == 401
# a hash as Werkzeug 0.9 made it
user = User.query.get(1)
user.password_hash = 'sha1$salt$' + __import__('hmac').new(b'salt', b'old', 'sha1').hexdigest()
db.session.commit()
assert c.get('/api/token', auth=('miguel', 'old')).status_code == 200
assert c.get('/api/token', auth=('miguel', 'older')).status_code == 401
assert c.get('/api/same?a=secret').get_json() == {'same': True}
print('driven')
