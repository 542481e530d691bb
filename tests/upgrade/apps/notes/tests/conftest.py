import pytest

from notes import create_app, db


@pytest.yield_fixture
def client():
    db.init_db()
    app = create_app({'TESTING': True})
    app.test_cli_runner().invoke(args=['adduser'])
    yield app.test_client()
    db.session.remove()


@pytest.fixture
def headers(client):
    r = client.post('/token', headers={'Authorization': 'Basic cm9vdDp0b29y'})
    assert r.status_code == 200
    return {'Authorization': 'Bearer ' + r.get_json()['token']}
