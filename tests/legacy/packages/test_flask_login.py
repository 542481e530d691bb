"""If this passes, Flask-Login's flags may be called, and a locked user stays out."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")

SITE = """
from flask import Flask, session
from flask_login import (LoginManager, UserMixin, current_user, login_required,
                         login_user, logout_user)
app = Flask(__name__)
app.secret_key = 'x' * 40
manager = LoginManager(app)

class User(MIXIN):
    def __init__(self, id, active=True):
        self.id, self.active = id, active
    def is_active(self):
        return self.active
    METHODS

users = {'1': User('1'), '2': User('2', active=False)}

@manager.user_loader
def load(id):
    return users.get(id)

@app.route('/in/<id>')
def log_in(id):
    return str(login_user(users[id]))

@app.route('/who')
def who():
    return '%s %s' % (current_user.is_authenticated(), current_user.is_anonymous())

@app.route('/secret')
@login_required
def secret():
    return current_user.get_id()
"""
METHODS = """
    def is_authenticated(self): return True
    def is_anonymous(self): return False
    def get_id(self): return self.id
"""


@pytest.fixture(params=["a mixin", "methods", "installed"])
def client(request, run_old, monkeypatch):
    if request.param == "installed":
        monkeypatch.setenv("LEGACY_PACKAGES", "")
    has_methods = request.param == "methods"
    code = SITE.replace("MIXIN", "object" if has_methods else "UserMixin")
    return run_old(code.replace("    METHODS", METHODS if has_methods else ""))[
        "app"
    ].test_client()


def test_flags_may_be_called(client):
    assert client.get("/who").text == "False True"
    assert client.get("/in/1").text == "True"
    assert client.get("/who").text == "True False"
    assert client.get("/secret").text == "1"


def test_a_locked_user_does_not_get_in(client):
    assert client.get("/in/2").text == "False"
    assert client.get("/secret").status_code == 401
