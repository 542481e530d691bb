from manage import app
from app import db, mail
from app.models import Role, User

with app.app_context():
    db.create_all()
    Role.insert_roles()

c = app.test_client()
rv = c.get('/')
assert b'Hello, Stranger!' in rv.data and b'<textarea' in rv.data, rv.data
rv = c.get('/secret')
assert rv.status_code == 302 and '/auth/login' in rv.location
with app.app_context():
    with mail.record_messages() as outbox:
        rv = c.post('/auth/register', data=dict(email='john@example.com', username='john', password='cat', password2='dog'))
        assert b'Passwords must match.' in rv.data, rv.data
        rv = c.post('/auth/register', data=dict(email='john@example.com', username='john', password='cat', password2='cat'), follow_redirects=True)
        assert b'A confirmation email has been sent to you.' in rv.data, rv.data
    text = outbox[0].body
rv = c.post('/auth/login', data=dict(email='john@example.com', password='dog'))
assert b'Invalid username or password.' in rv.data
rv = c.post('/auth/login?next=/secret', data=dict(email='john@example.com', password='cat'))
assert rv.status_code == 302 and rv.location.endswith('/secret'), rv.data
assert c.get('/secret').data == b'Only authenticated users are allowed!'
for n in range(3):
    rv = c.post('/', data=dict(body='post %d' % n), follow_redirects=True)
    assert b'Hello, john!' in rv.data, rv.data
assert b'post 2' in rv.data and b'ago</time>' in rv.data or b'seconds ago' in rv.data, rv.data
assert b'/?page=2' in rv.data
token = text.rsplit('/', 1)[1].strip()
rv = c.get('/auth/confirm/' + token, follow_redirects=True)
assert b'You have confirmed your account.' in rv.data, rv.data
with app.app_context():
    user = User.query.filter_by(username='john').first()
    assert user.confirmed and user.role.name == 'User' and user.posts.count() == 3
assert b'You have been logged out.' in c.get('/auth/logout', follow_redirects=True).data
print('driven')
