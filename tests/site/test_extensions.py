"""If this passes, Flask-Login and Flask-Admin are safe on a site."""

import pytest
from flask import Flask
from flask_admin import Admin, BaseView, expose
from flask_babel import Babel
from flask_login import LoginManager, UserMixin, login_user

from carboy import Carboy, Settings
from carboy.errors import ConfigError
from carboy.site import Headers, relax_blueprints

INLINE = {"script-src": "'unsafe-inline'"}


class Reports(BaseView):
    @expose("/")
    def index(self):
        return "reports"


def make_site(profile="production", **environ):
    environ = {
        "CARBOY_PROFILE": profile,
        "SECRET_KEY": "k" * 40,
        "TRUSTED_HOSTS": "shop.example,localhost",
        **environ,
    }
    app = Carboy("shop", settings=Settings.load(root="/nowhere", environ=environ))
    app.add_url_rule("/", "home", lambda: "home")
    return app


def add_admin(app):
    # Where Flask-Babel is installed, Flask-Admin's pages need it.
    Babel(app)
    Admin(app, "Shop").add_view(Reports(name="Reports", endpoint="reports"))


def ids(app):
    return {check.id for check in app.check()}


def policy(app, path):
    return app.test_client().get(path).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("environ", "secure", "samesite"),
    [
        ({}, True, "Lax"),
        ({"HTTPS": "false"}, False, "Lax"),
        ({"REMEMBER_COOKIE_SECURE": "false"}, False, "Lax"),
        ({"REMEMBER_COOKIE_SAMESITE": "strict"}, True, "Strict"),
    ],
)
def test_the_remember_cookie_is_as_safe_as_that_of_the_session(
    environ, secure, samesite
):
    app = make_site(**environ)
    manager = LoginManager(app)
    user = UserMixin()
    user.id = "7"
    manager.user_loader(lambda _id: user)

    @app.get("/login")
    def login():
        login_user(user, remember=True)
        return "hello"

    response = app.test_client().get("/login", base_url="https://shop.example")

    (cookie,) = [
        value
        for value in response.headers.getlist("Set-Cookie")
        if value.startswith("remember_token=")
    ]
    assert ("; Secure" in cookie) is secure
    assert f"; SameSite={samesite}" in cookie
    assert "; HttpOnly" in cookie


def test_a_plain_app_keeps_the_defaults_of_flask_login():
    app = Flask("shop")
    LoginManager(app)

    assert "REMEMBER_COOKIE_SECURE" not in app.config


def test_flask_admin_under_a_strict_policy_is_reported_until_it_is_relaxed():
    app = make_site("testing")
    assert "headers.W002" not in ids(app)
    add_admin(app)
    assert "headers.W002" in ids(app)

    relax_blueprints(app, "flask_admin", INLINE)

    assert "headers.W002" not in ids(app)
    assert "'unsafe-inline'" in policy(app, "/admin/")
    assert "'unsafe-inline'" in policy(app, "/admin/reports/")
    assert "'unsafe-inline'" not in policy(app, "/")


def test_a_view_that_is_added_later_is_reported():
    app = make_site("testing")
    admin = Admin(app, "Shop")
    relax_blueprints(app, "flask_admin", INLINE)
    admin.add_view(Reports(name="Reports", endpoint="reports"))

    assert "headers.W002" in ids(app)


def test_a_package_without_blueprints_is_an_error():
    app = make_site("testing")

    with pytest.raises(ConfigError, match="no blueprint of 'flask_adm'"):
        relax_blueprints(app, "flask_adm", INLINE)
    add_admin(app)
    # A name that another one begins with is another package.
    with pytest.raises(ConfigError, match="no blueprint of 'flask_adm'"):
        relax_blueprints(app, "flask_adm", INLINE)


def test_the_headers_of_a_plain_app_can_be_relaxed_too():
    app = Flask("shop")
    app.secret_key = "k" * 40
    Headers().init_app(app)
    add_admin(app)

    relax_blueprints(app, "flask_admin", INLINE, frame="SAMEORIGIN")

    headers = app.test_client().get("/admin/reports/").headers
    assert "script-src 'self' 'unsafe-inline'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
