from api import app

c = app.test_client()
assert c.get('/todos').get_json()['todo1'] == {'task': 'build an API'}
rv = c.get('/todos/todo1')
assert rv.get_json() == {'task': 'build an API', 'priority': 3, 'uri': '/todos/todo1'}, rv.data
rv = c.get('/todos/nope')
assert rv.status_code == 404 and "doesn't exist" in rv.get_json()['message']
rv = c.put('/todos/todo3', data={'task': 'new', 'priority': '5'})
assert rv.status_code == 201 and rv.get_json() == {'task': 'new', 'priority': 5}
rv = c.put('/todos/todo3', data={})
assert rv.status_code == 400 and 'Name a task' in str(rv.get_json()['message']), rv.data
assert c.put('/todos/todo3', data={'task': 'x', 'priority': '9'}).status_code == 400
assert c.delete('/todos/todo3').status_code == 204
assert c.get('/page').data == b'<h1>2 todos</h1>'
print('driven')
