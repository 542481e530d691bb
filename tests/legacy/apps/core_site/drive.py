from shop import app

c = app.test_client()
assert c.post('/items', data=dict(name='pen', price=5), follow_redirects=True).data == b'<h1>pen</h1> 5 left'
c.post('/items', data=dict(name='<car>', price=500))
assert c.get('/items').get_json()['items'] == [{'name': '<car>', 'price': 500, 'label': 'dear'},
                                               {'name': 'pen', 'price': 5, 'label': 'cheap'}]
assert c.get('/items/2').data == b'<h1>&lt;car&gt;</h1> 5 left'
assert c.get('/items/9').status_code == 404
assert [c.post('/buy/1').status_code for n in range(3)] == [200, 200, 409]
assert c.get('/items/1').data == b'<h1>pen</h1> 3 left'
assert c.get('/report').get_json() == {'items': [['<car>', 0], ['pen', 2]], 'best': [['pen', 2]], 'total': 2,
                                       'counted': 2, 'deep': 2}, c.get('/report').data
print('driven')
