from chat import app

c = app.test_client()
xhr = {'X-Requested-With': 'XMLHttpRequest'}
rv = c.post('/?next=//evil.example/', data=dict(user='<b>'))
assert rv.status_code == 302 and 'evil' not in rv.location, rv.location
assert 'chat=' in rv.headers['Set-Cookie']
assert c.get('/').data == b'Hi &lt;b&gt;'
assert c.post('/say', data=dict(text='x')).status_code == 400
for text in ('a', 'b'):
    rv = c.post('/say', data=dict(text=text), headers=xhr)
    assert list(rv.get_json()) == ['user', 'text', 'id'], rv.data
assert [m['text'] for m in c.get('/poll/1').get_json()['messages']] == ['b']
assert c.get('/stream').data.count(b'data: {') == 2
assert c.post('/vote', data=dict(color='red')).get_json() == {'red': 1, 'green': 0}
assert c.post('/vote', data=dict(color='blue')).status_code == 400
print('driven')
