from yourapplication import app

c = app.test_client()
for name in ('carol', 'bob', 'alice'):
    assert c.get('/add/' + name).data == b'added'
assert c.get('/users').data == b'alice,bob,carol'
assert c.get('/posts').data == b'first of alice,first of bob,first of carol', c.get('/posts').data
assert c.get('/log').data == b'added carol|and again|added bob|and again|added alice|and again/added carol/line', c.get('/log').data
assert c.get('/count').data == b'1 of 3, tables True'
assert c.get('/user/2').data == b'bob' and c.get('/user/9').status_code == 404
print('driven')
