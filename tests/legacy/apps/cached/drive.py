# encoding: utf-8
from weather import app, calls

c = app.test_client()
assert c.get('/').data == c.get('/').data and calls == ['index']
assert [c.get('/search?q=' + q).data for q in 'aab'] == [b'a', b'a', b'b'] and calls.count('search') == 2
c.get('/skip'), c.get('/skip'), c.get('/skip?fresh=1')
assert calls.count('skip') == 2, calls
for n in range(2):
    assert c.get('/api/Paris').get_json() == {'city': 'Paris', 'unit': 'C', 'value': 20}
assert calls.count('Paris') == 1
c.get('/api/Paris/forget'), c.get('/api/Paris')
assert calls.count('Paris') == 2
assert c.get('/cities').data.decode('utf-8') == c.get('/cities').data.decode('utf-8') == u'Paris 北京 '
assert calls.count('cities') == 1
assert [c.get('/count').data for n in range(2)] == [b'0 [1, 2]', b'1 [1, 2]'], c.get('/count').data
print('driven')
