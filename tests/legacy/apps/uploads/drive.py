from io import BytesIO
from upload import app

c = app.test_client()
assert b'multipart/form-data' in c.get('/').data
png = b'\x89PNG\r\n\x1a\n' + b'0' * 30
rv = c.post('/', data={'file': (BytesIO(png), '../../evil.png')})
assert rv.status_code == 302 and rv.location == 'http://localhost/uploads/evil.png', rv.location
rv = c.get('/uploads/evil.png')
assert rv.data == png and rv.mimetype == 'image/png'
rv = c.post('/', data={'file': (BytesIO(png), 'a.png')}, headers={'X-Requested-With': 'XMLHttpRequest'})
assert rv.get_json() == {'name': 'a.png', 'kind': 'png'}, rv.data
assert rv.data.startswith(b'{\n'), rv.data
rv = c.get('/download/a.png')
assert 'mine-a.png' in rv.headers['Content-Disposition'] and rv.cache_control.max_age == 60
assert b'<form' in c.post('/', data={'file': (BytesIO(b''), 'x.exe')}).data
print('driven')
