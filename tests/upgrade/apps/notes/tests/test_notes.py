def test_token_says_when(client):
    r = client.post('/token', headers={'Authorization': 'Basic cm9vdDp0b29y'})
    assert r.get_json()['now'][10] == 'T'


def test_bad_credentials(client):
    assert client.post('/token').status_code == 401
    assert client.post('/token', headers={'Authorization': 'Basic eDp5'}).status_code == 401


def test_needs_a_token(client):
    assert client.get('/notes/').status_code == 401
    assert client.get('/notes/hello').get_json() == {'id': None}


def test_notes(client, headers):
    r = client.post('/notes/', json={'text': 'milk'}, headers=headers)
    assert r.status_code == 201
    assert r.get_json() == {'id': 1, 'text': 'milk', 'done': False}
    assert client.get('/notes/', headers=headers).get_json()[0]['text'] == 'milk'
    assert client.get('/notes/1', headers=headers).get_json()['text'] == 'milk'
    assert client.get('/notes/2', headers=headers).status_code == 404


def test_done(client, headers):
    client.post('/notes/', json={'text': 'milk'}, headers=headers)
    assert client.post('/notes/done', headers=headers).get_json() == {'counts': 1}
    assert len(client.get('/notes/?done=1', headers=headers).get_json()) == 1
    assert client.delete('/notes/done', headers=headers).status_code == 204
    assert client.get('/notes/', headers=headers).get_json() == []


def test_doc(client):
    assert client.get('/swagger.json').get_json()['info']['title'] == 'Notes'
