"""Each setting that is wrong in production is reported, and no other."""

import pytest
from flask import Flask
from flask_login import LoginManager

from carboy import Carboy, Settings
from carboy.checks.deploy import settings as deploy_settings
from carboy.checks.deploy.rule import DeployContext

SECRET = "k" * 64
RULES = {rule.id: rule for rule in deploy_settings.RULES}

# Settings of a plain Flask app in production.
PLAIN = {
    "SECRET_KEY": SECRET,
    "TRUSTED_HOSTS": ["shop.example"],
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PREFERRED_URL_SCHEME": "https",
    "MAX_CONTENT_LENGTH": 10_000_000,
}
# Rule → wrong settings of a plain app, and wrong variables of its environment.
PLAIN_MISTAKES = {
    "core.E010": ({"SECRET_KEY": "short"}, {}),
    "core.E011": ({"DEBUG": True}, {}),
    "core.E012": ({"TESTING": True}, {}),
    "core.E013": ({"SECRET_KEY_FALLBACKS": [SECRET, "old"]}, {}),
    "core.W015": ({"TRUSTED_HOSTS": ["localhost", "127.0.0.1"]}, {}),
    "core.W017": ({"PREFERRED_URL_SCHEME": "http"}, {}),
    "core.W018": ({"SESSION_COOKIE_SECURE": False}, {}),
    "core.W019": ({"SESSION_COOKIE_HTTPONLY": False}, {}),
    "core.W020": ({"SESSION_COOKIE_SAMESITE": "None"}, {}),
    "core.W021": ({"SESSION_COOKIE_DOMAIN": ".example.com"}, {}),
    "core.W022": ({"PERMANENT_SESSION_LIFETIME": 86_400 * 365}, {}),
    "core.W023": ({"MAX_CONTENT_LENGTH": 10**10}, {}),
    "core.W024": ({"MAX_FORM_MEMORY_SIZE": None}, {}),
    "core.W025": ({"PROPAGATE_EXCEPTIONS": True}, {}),
    "core.W026": ({"TEMPLATES_AUTO_RELOAD": True}, {}),
    "core.W028": ({"HEADERS_CSP": {"script-src": "'self' 'unsafe-inline'"}}, {}),
    "core.W030": ({"PROXY_HOPS": 4}, {}),
    "core.W031": ({"SERVER_NAME": "localhost:5000"}, {}),
    "core.W032": ({}, {"FLASK_DEBUG": "1"}),
    "core.W033": ({"LOG_LEVEL": "debug"}, {}),
    "core.W034": ({"SQLALCHEMY_ECHO": True}, {}),
    "core.W035": ({"WTF_CSRF_ENABLED": False}, {}),
    "core.E036": ({"CORS_ORIGINS": "*", "CORS_SUPPORTS_CREDENTIALS": True}, {}),
}
# Rule → wrong settings of a site.
SITE_MISTAKES = {
    "core.W010": {"profile": "development"},
    "core.W016": {"https": False},
    "core.W029": {"headers_hsts": 60},
    "core.W037": {"proxy_hops": 0},
}


@pytest.fixture
def make_plain(tmp_path):
    def make(environ, **changes):
        app = Flask("shop", root_path=str(tmp_path))
        app.config.update(PLAIN | changes)
        # Flask-Talisman sends the headers of a plain app.
        app.extensions["talisman"] = object()
        return DeployContext(app, tmp_path, environ)

    return make


@pytest.fixture
def make_site(tmp_path):
    def make(source=None, **changes):
        values = {
            "profile": "production",
            "secret_key": SECRET,
            "trusted_hosts": ["shop.example"],
        }
        settings = Settings.load(
            source,
            root=tmp_path,
            environ={},
            **(values | changes if not source else {}),
        )
        return DeployContext(Carboy("shop", settings=settings), tmp_path, {})

    return make


def ids(site):
    return [rule.id for rule in deploy_settings.RULES if rule.check(site)]


def test_a_plain_app_with_all_settings_has_no_findings(make_plain):
    assert ids(make_plain({})) == []


def test_a_site_has_to_set_secret_hosts_hsts_and_proxies_only(make_site):
    assert ids(make_site()) == ["core.W029", "core.W037"]
    assert ids(make_site(headers_hsts=31_536_000, proxy_hops=1)) == []


def test_a_certificate_of_the_server_is_where_https_comes_from(make_site):
    site = make_site(headers_hsts=31_536_000)
    environ = {"CARBOY_SERVE_TLS_CERTIFICATE": "/etc/tls/shop.pem"}

    assert ids(DeployContext(site.app, site.folder, environ)) == []


@pytest.mark.parametrize("rule", PLAIN_MISTAKES)
def test_a_mistake_of_a_plain_app_is_reported(make_plain, rule):
    changes, environ = PLAIN_MISTAKES[rule]

    assert ids(make_plain(environ, **changes)) == [rule]


@pytest.mark.parametrize("rule", SITE_MISTAKES)
def test_a_mistake_of_a_site_is_reported(make_site, rule):
    assert rule in ids(make_site(**SITE_MISTAKES[rule]))


def test_an_app_without_headers_is_reported(make_plain):
    site = make_plain({})
    del site.app.extensions["talisman"]

    assert ids(site) == ["core.W027"]


def test_a_secret_in_the_code_is_reported(make_site):
    class Config:
        SECRET_KEY = SECRET
        TRUSTED_HOSTS = ("shop.example",)

    check = RULES["core.E014"].check(make_site(Config))

    assert check is not None
    assert SECRET not in str(check)
    assert "Config" in check.message


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ["core.W038"]),
        ({"REMEMBER_COOKIE_SECURE": True}, ["core.W038"]),
        ({"REMEMBER_COOKIE_SAMESITE": "Lax"}, ["core.W038"]),
        ({"REMEMBER_COOKIE_SECURE": True, "REMEMBER_COOKIE_SAMESITE": "Lax"}, []),
    ],
)
def test_the_cookie_of_flask_login_is_checked(make_plain, changes, found):
    site = make_plain({}, **changes)
    LoginManager(site.app)

    assert ids(site) == found


def test_a_site_has_safe_defaults_for_flask_login(make_site):
    site = make_site(headers_hsts=31_536_000, proxy_hops=1)
    LoginManager(site.app)

    assert ids(site) == []


def test_every_rule_is_tested():
    tried = {*PLAIN_MISTAKES, *SITE_MISTAKES}
    tried |= {"core.W027", "core.E014", "core.W038"}

    assert tried == set(RULES)


@pytest.mark.parametrize("value", ["*", ".", "www.shop.example, *"])
def test_a_wildcard_host_is_reported(make_plain, value):
    hosts = [part.strip() for part in value.split(",")]

    assert ids(make_plain({}, TRUSTED_HOSTS=hosts)) == ["core.W015"]
