"""axe-core finds nothing serious on the pages of accounts, in Chinese."""

import time

import pytest

from carboy import Carboy, Settings
from carboy.auth import Auth, UserModel, auth_state
from carboy.auth.accounts import confirm_email, create_user
from carboy.auth.second_factors import TrustedBrowsers
from carboy.auth.social import Identities, Identity
from carboy.db import SQLAlchemy
from carboy.mail import Mail
from carboy.testing.identity_provider import Person
from tests.auth.conftest import PASSWORD
from tests.auth.pages.test_passkeys_in_browser import VirtualAuthenticator
from tests.auth.pages.visitor import make_local_providers
from tests.ui.serving import serve
from tests.ui.test_accessibility import list_problems

CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"
# The form that `tests/ui/test_page_walk.py` looks at in English, wide and light.
LANGUAGE, WIDTH, DARK = "zh-CN", 400, True


@pytest.fixture
def address(tmp_path, server):
    """A site with everything that accounts can have, and Ada, who has all of it."""
    folder = tmp_path
    settings = Settings.load(
        {
            "LANGUAGES": ("en", "zh-CN"),
            "AUTH_PASSKEYS": "both",
            "AUTH_THROTTLE": False,
            "SESSION_TYPE": "cookie",
            "MAIL_URL": "memory://",
            "MAIL_DEFAULT_SENDER": "shop@example.com",
        },
        root=folder,
        environ={
            "CARBOY_PROFILE": "development",
            "DATABASE_URL": f"sqlite:///{folder / 'site.db'}",
            "LOG_LEVEL": "ERROR",
        },
    )
    app = Carboy("shop", settings=settings, instance_path=str(folder))
    db = SQLAlchemy()

    class User(UserModel, db.Model):
        pass

    providers = make_local_providers(server.url)
    app.use(db, Mail(), Auth(model=User, providers=providers))
    server.person = Person("9", "ada@example.com", name="Ada")
    with app.app_context():
        db.create_all()
        fill(app)
    with serve(app) as address:
        yield address.replace("127.0.0.1", "localhost")


def fill(app):
    state = auth_state.of(app)
    user = create_user(state, "ada@example.com", PASSWORD, name="Ada Lovelace")
    confirm_email(user)
    session = state.db.session()
    session.flush()
    user_id = user.get_id()
    Identities(session, time.time).add(user_id, Identity("github", "7", name="ada"))
    TrustedBrowsers(session, time.time).trust(user_id, CHROME, days=30)
    session.commit()


def list_public_pages():
    return ["login", "register", "forgot", "code/request", "code", "reset/x"]


def list_own_pages():
    own = ["", "profile", "password", "email", "sessions", "activity", "delete"]
    return [*own, "two-step", "passkeys", "logins", "reauthenticate"]


@pytest.fixture
def visit(browser, web_tools, address):
    axe = web_tools.axe.read_text("utf-8")
    problems = {}

    def check(name):
        assert browser.has("main#main"), name
        assert browser.overflow <= 0, name
        if found := list_problems(browser, axe):
            problems[name] = found

    def visit(path):
        browser.goto(f"{address}/account/{path}")
        check(path)

    visit.check = check
    visit.problems = problems
    visit.browser = browser
    yield visit
    browser.devtools("Network.setExtraHTTPHeaders", headers={})
    browser.goto("about:blank")


def test_no_page_of_an_account_has_a_serious_problem(visit, address):
    browser = visit.browser
    authenticator = VirtualAuthenticator(browser)
    authenticator.be_present(present=False)
    try:
        browser.devtools("Network.enable")
        headers = {"Accept-Language": LANGUAGE}
        browser.devtools("Network.setExtraHTTPHeaders", headers=headers)
        browser.resize(WIDTH, 900, dark=DARK)
        for path in list_public_pages():
            visit(path)
        walk_to_provider(visit, address)
        walk(visit, authenticator, address)
    finally:
        authenticator.close()

    assert visit.problems == {}
    assert browser.csp_violations == []


def walk_to_provider(visit, address):
    """Come back from providers as somebody new, and as the owner of an account."""
    browser = visit.browser
    browser.goto(f"{address}/account/login")
    browser.click("form[action$='social/wechat'] button")
    browser.wait_for("[name=email]")
    visit.check("social register")
    browser.type("[name=email]", "new@example.com")
    browser.click(".ui-form .ui-primary")
    browser.wait_for("[name=code]")
    visit.check("social code")
    browser.goto(f"{address}/account/login")
    browser.click("form[action$='social/company'] button")
    browser.wait_for(".ui-summary")
    visit.check("collision")


def walk(visit, authenticator, address):
    """Log in, see each page, add a passkey, and log in with the second step."""
    browser = visit.browser
    log_in(browser, address)
    browser.wait_for(".ui-grid")
    for path in list_own_pages():
        visit(path)
    browser.goto(f"{address}/account/passkeys")
    authenticator.be_present(present=True)
    browser.click("[data-passkey=create] .ui-primary")
    browser.wait_for("h1")
    browser.wait_until(lambda: authenticator.credentials, "no passkey")
    visit.check("recovery codes or list")
    authenticator.be_present(present=False)
    visit("passkeys")
    browser.click(".ui-card [popovertarget^=rename]")
    browser.wait_for(".ui-dialog:popover-open [name=name]")
    visit.check("rename dialog")
    visit("reauthenticate")
    browser.devtools("Network.clearBrowserCookies")
    log_in(browser, address)
    browser.wait_for("[data-passkey=get] [name=trust]")
    visit.check("passkey step")
    visit("second-step")
    browser.devtools("Network.clearBrowserCookies")


def log_in(browser, address):
    browser.goto(f"{address}/account/login?next=/account/")
    browser.type("[name=login]", "ada@example.com")
    browser.type("[name=password]", PASSWORD)
    browser.click(".ui-form .ui-primary")
