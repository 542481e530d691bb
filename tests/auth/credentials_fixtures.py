"""A site with a database, and people who are not logged in by any page."""

from dataclasses import dataclass

import pytest
from werkzeug.exceptions import Unauthorized

from carboy import Carboy
from carboy.auth.access import AccessState, RolesMixin, access_state
from carboy.db import SQLAlchemy
from carboy.testing import Clock


@dataclass(eq=False)
class Person(RolesMixin):
    id: str
    is_authenticated: bool = True

    def get_id(self):
        return self.id


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def db():
    return SQLAlchemy()


@pytest.fixture
def app(tmp_path, db):
    app = Carboy("shop", instance_path=str(tmp_path))
    app.config.update(
        SECRET_KEY="0" * 32, DATABASE_URL=f"sqlite:///{tmp_path}/s.sqlite"
    )
    app.use(db)
    app.person = None

    def refuse():
        raise Unauthorized("Log in.")

    access_state.set(app, AccessState(lambda: app.person, db.session, refuse))
    return app


@pytest.fixture
def context(app):
    with app.app_context():
        yield app


@pytest.fixture
def session(context, db):
    return db.session()
