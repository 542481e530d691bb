import subprocess
import sys

import pytest

from members.user import LoginForm, RegisterForm, User


@pytest.fixture
def user(db):
    user = User(username='ann')
    user.set_password('pw')
    return user.save()


class TestForms:
    def test_unknown(self, db):
        form = LoginForm(username='x', password='y')
        assert form.validate() is False
        assert 'Unknown username' in form.username.errors

    def test_success(self, user):
        form = LoginForm(username='ann', password='pw')
        assert form.validate() is True
        assert form.user == user
        assert not RegisterForm(username='ann', password='x', confirm='x').validate()


class TestSite(object):
    def setup(self):
        self.login = {'username': 'ann', 'password': 'pw'}

    def test_login(self, app, user):
        client = app.test_client()
        assert client.get('/members').status_code == 302
        rv = client.post('/', data=dict(self.login, password='no'))
        assert b'Invalid password' in rv.data
        rv = client.post('/', data=self.login)
        assert rv.location == 'http://localhost/members'

    def test_register(self, app, db):
        rv = app.test_client().post('/register', data={
            'username': 'bob', 'email': 'b@b.com', 'password': 'x', 'confirm': 'x'})
        assert rv.status_code == 302
        assert User.query.filter_by(username='bob').count() == 1

    def test_active(self, user):
        assert user.check_password('pw')
        assert bool(user.is_active)


def test_urls():
    done = subprocess.run([sys.executable, 'manage.py', 'urls'], stdout=subprocess.PIPE)
    assert b'/members' in done.stdout.split()
