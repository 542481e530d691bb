"""The battery installed on an app."""

from flask import render_template_string

from carboy import Carboy
from carboy.auth import Auth, LoginManager, UserModel
from carboy.core import registry_of
from carboy.db import SQLAlchemy


def test_templates_know_the_user_and_what_may_be_done(site):
    with site.app.test_request_context():
        text = "{{ current_user.is_authenticated }} {{ can is callable }}"
        assert render_template_string(text) == "False True"


def test_without_pages_there_is_only_the_login(make_site):
    site = make_site(AUTH_PAGES=False)
    rules = {rule.rule for rule in site.app.url_map.iter_rules()}
    assert not any(rule.startswith("/account") for rule in rules)
    assert site.app.test_client().get("/private").status_code == 401


def test_a_login_manager_of_the_site_stays(tmp_path):
    db = SQLAlchemy()

    class User(UserModel, db.Model):
        pass

    app = Carboy(__name__)
    app.config.update(
        SECRET_KEY="a" * 32,
        TESTING=True,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'x.sqlite'}",
    )
    manager = LoginManager(app)
    manager.login_view = "own"
    app.use(db, Auth(model=User))
    assert app.login_manager is manager
    assert manager.login_view == "own"
    assert manager.user_callback is not None


def test_its_tables_are_known_to_migrations(site):
    tables = registry_of(site.app).tables
    assert {"carboy_auth", "carboy_auth_events"} <= set(tables)
