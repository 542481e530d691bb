from hello import app, db, Role, User

db.create_all()
db.session.add_all([Role(name='User'), Role(name='Admin')])
db.session.commit()
c = app.test_client()
rv = c.get('/')
text = rv.get_data(as_text=True)
assert 'Hello, Stranger!' in text and '18 May 2014 12:30' in text, text
assert text.index('>Admin<') < text.index('>User<') and 'type="email"' in text, text
assert 'src="http' not in text and '//cdn' not in text
rv = c.post('/', data={'name': 'john', 'email': 'john', 'role': '1'})
assert b'Invalid email address.' in rv.data, rv.data
rv = c.post('/', data={'name': 'john', 'email': 'j@x.org', 'role': '9'})
assert b'Not a valid choice' in rv.data
rv = c.post('/', data={'name': 'john', 'email': 'j@x.org', 'role': '2'}, follow_redirects=True)
assert b'Hello, john!' in rv.data and b'Pleased to meet you!' in rv.data, rv.data
rv = c.post('/', data={'name': 'john', 'email': 'j@x.org', 'role': '2'}, follow_redirects=True)
assert b'Happy to see you again!' in rv.data
assert User.query.one().role.name == 'Admin'
assert b'Not Found' in c.get('/nope').data
print('driven')
