from app import app

c = app.test_client()
assert b'name=username' in c.get('/').data
new = dict(username='ann', password='cat', email='ann@example.com')
assert b'successfully registered' in c.post('/register', data=new).data
assert b'already exists' in c.post('/register', data=new).data
assert b'Incorrect' in c.post('/login', data=dict(username='ann', password='dog')).data
assert b"Incorrect" in c.post('/login', data=dict(username="' or 1=1 -- ", password='dog')).data
assert b'Unauthorized' in c.get('/home', follow_redirects=True).data
rv = c.post('/login', data=new, follow_redirects=True)
assert rv.data == b'Welcome back, ann! <ann@example.com> 1', rv.data
c.get('/logout')
assert c.get('/home').status_code == 302
print('driven')
