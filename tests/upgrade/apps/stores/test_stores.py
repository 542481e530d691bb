import pytest

from stores import app


@pytest.yield_fixture(scope='module')
def client():
    yield app.test_client()


@pytest.fixture(scope='module')
def tokens(client):
    assert client.post('/register', data={'username': 'a', 'password': 'b'}).status_code == 201
    assert client.post('/register', json={'username': 'a', 'password': 'b'}).status_code == 400
    return client.post('/login', json={'username': 'a', 'password': 'b'}).get_json()


def bearer(token):
    return {'Authorization': 'Bearer ' + token}


def test_login_fails(client, tokens):
    assert client.post('/login', data={'username': 'a', 'password': 'c'}).status_code == 401
    assert client.post('/login', data={'username': 'a'}).status_code == 400


def test_items(client, tokens):
    headers = bearer(tokens['access_token'])
    client.post('/store/1')
    assert client.post('/item/chair', data={'price': 1, 'store_id': 1}, headers=headers).status_code == 201
    assert client.post('/item/desk', json={'price': 2, 'store_id': 1}, headers=headers).status_code == 201
    assert client.get('/item/chair').status_code == 401
    assert client.get('/item/chair', headers=headers).get_json() == {'name': 'chair', 'price': 1.0}
    assert [i['name'] for i in client.get('/store/1').get_json()['items']] == ['desk', 'chair']
    assert client.get('/store/1', headers=headers).get_json()['user'] == 1
    assert client.delete('/item/chair', headers=headers).status_code == 200


def test_refresh(client, tokens):
    rv = client.post('/refresh', headers=bearer(tokens['refresh_token']))
    stale = bearer(rv.get_json()['access_token'])
    rv = client.post('/item/lamp', data={'price': 1, 'store_id': 1}, headers=stale)
    assert rv.get_json() == {'error': 'fresh_token_required'}


def test_logout(client, tokens):
    headers = bearer(tokens['access_token'])
    assert client.post('/logout', headers=headers).get_json()['user'] == 1
    assert client.post('/logout', headers=headers).get_json() == {'error': 'token_revoked'}


def test_encoder(client):
    assert client.get('/tags').get_json() == {'tags': ['a', 'b'], 'day': '2019-10-01'}
