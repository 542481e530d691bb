"""Sessions in cookies: rotated keys, crossing responses, and sizes."""

import secrets

import pytest
from flask import session

from carboy.sessions import cookie_payload, regenerate

from .conftest import Site, cookie_of, copy_of


@pytest.fixture
def site(tmp_path, clock):
    folder = {"SESSION_TYPE": "cookie", "SESSION_FILE_DIR": str(tmp_path / "ended")}
    return Site(folder, clock=clock)


@pytest.fixture
def browser(site):
    return site.browser()


def names_of(browser):
    return sorted(cookie.key for cookie in browser._cookies.values())


def test_the_new_key_signs_and_the_old_one_verifies(site, browser):
    """S5: CVE-2025-47278 had it the other way round."""
    site.visit(browser, lambda s: s.update(a=1))
    site.app.config.update(SECRET_KEY="n" * 32, SECRET_KEY_FALLBACKS=["k" * 32])
    assert site.read(browser) == {"a": 1}

    site.visit(browser, lambda s: s.update(b=2))
    site.app.config.update(SECRET_KEY_FALLBACKS=[])

    assert site.read(browser) == {"a": 1, "b": 2}


def test_a_secret_key_that_was_removed_verifies_nothing(site, browser):
    site.visit(browser, lambda s: s.update(a=1))

    site.app.config.update(SECRET_KEY="n" * 32)

    assert site.read(browser) == {}


def test_without_a_secret_key_flask_raises(site):
    site.app.secret_key = None

    with (
        site.app.test_request_context(),
        pytest.raises(RuntimeError, match="secret key"),
    ):
        session["a"] = 1


def test_the_first_write_sets_one_cookie_and_later_ones_a_delta_beside_it(
    site, browser
):
    first = site.visit(browser, lambda s: s.update(a=1))
    second = site.visit(browser, lambda s: s.update(b=1))

    assert len(first.headers.getlist("Set-Cookie")) == 1
    main, delta = second.headers.getlist("Set-Cookie")
    assert main.startswith("session=")
    assert delta.startswith("session.")
    assert "Max-Age=30" in delta


def test_deltas_do_not_accumulate(site, browser, clock):
    site.visit(browser, lambda s: s.update(n=0))
    for number in range(40):
        clock.advance(0.5)
        site.visit(browser, lambda s, n=number: s.update(n=n))

    assert len(names_of(browser)) <= 8
    assert site.read(browser) == {"n": 39}


def test_deltas_are_deleted_with_their_session(site, browser):
    site.visit(browser, lambda s: s.update(a=1))
    site.visit(browser, lambda s: s.update(b=1))
    assert len(names_of(browser)) == 2
    site.log_in(browser)
    assert names_of(browser) == ["session"]
    site.visit(browser, lambda s: s.update(b=2))

    site.visit(browser, lambda s: s.clear())

    assert names_of(browser) == []


def test_a_delta_from_before_a_login_is_not_applied_after_it(site, browser):
    site.visit(browser, lambda s: s.update(role="user"))
    site.visit(browser, lambda s: s.update(role="admin"))
    deltas = [c for c in browser._cookies.values() if c.key != "session"]
    site.visit(browser, lambda s: s.update(role="user", _user_id="ada"))
    for cookie in deltas:
        browser.set_cookie(cookie.key, cookie.value)

    assert site.read(browser) == {"role": "user", "_user_id": "ada"}


def test_a_delta_is_not_applied_after_its_lifetime(site, browser, clock):
    site.visit(browser, lambda s: s.update(a=0))
    old = copy_of(site, browser)
    site.visit(browser, lambda s: s.update(a=1))
    (delta,) = [c for c in browser._cookies.values() if c.key != "session"]
    clock.advance(cookie_payload.WINDOW)
    old.set_cookie(delta.key, delta.value)

    assert site.read(old) == {"a": 0}


def test_a_forged_delta_is_not_applied(site, browser):
    site.visit(browser, lambda s: s.update(a=1))
    main = cookie_of(browser)
    for value in (main, "x.y", "", "p" + main[1:]):
        browser.set_cookie("session.00000000", value)
        assert site.read(browser) == {"a": 1}


def test_a_session_that_is_too_large_is_logged_with_its_largest_values(
    site, browser, caplog
):
    """S26: at most 4,096 bytes, and a clear error above."""
    site.visit(browser, lambda s: s.update(a=1))

    response = site.visit(
        browser, lambda s: s.update(cart="".join(map(chr, range(3000))))
    )

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    (record,) = caplog.records
    assert "browsers accept 4096; it was not saved" in record.getMessage()
    assert "'cart' (" in record.getMessage()
    assert "set SESSION_TYPE to filesystem" in record.getMessage()
    assert site.read(browser) == {"a": 1}


def test_a_session_that_would_not_be_decompressed_again_is_not_saved(
    site, browser, caplog
):
    site.visit(browser, lambda s: s.update(a=1))

    site.visit(browser, lambda s: s.update(text="a" * 100_000))

    assert "it was not saved" in caplog.records[0].getMessage()
    assert site.read(browser) == {"a": 1}


@pytest.mark.parametrize(
    ("user", "expected"),
    [("ada", {"_user_id": "ada"}), ("grace", {}), (None, {})],
)
def test_a_new_id_for_a_session_that_is_too_large_keeps_the_old_one(
    site, browser, user, expected
):
    """It ends only where it is that of another user."""
    site.log_in(browser)
    attacker = copy_of(site, browser)
    large = "".join(map(chr, range(3000)))

    site.visit(browser, lambda s: (s.update(_user_id=user, large=large), regenerate(s)))

    assert site.read(browser) == site.read(attacker) == expected


def test_large_deltas_do_not_exceed_a_header_line(site, browser, clock):
    """Nginx and Gunicorn accept 8 KiB for all cookies by default."""
    for _ in range(8):
        site.visit(browser, lambda s: s.update(key=secrets.token_hex(1200)))
        clock.advance(0.5)
        cookies = browser._cookies.values()
        header = "; ".join(f"{cookie.key}={cookie.value}" for cookie in cookies)
        assert len(header) < 8190


def test_cookies_of_others_with_a_similar_name_are_left_alone(site, browser):
    browser.set_cookie("session.theme", "dark")
    browser.set_cookie("session.language", "en")
    site.visit(browser, lambda s: s.update(a=1))

    site.visit(browser, lambda s: s.clear())

    assert names_of(browser) == ["session.language", "session.theme"]


def test_a_cookie_that_is_too_large_is_discarded_before_it_is_verified(site, caplog):
    bare = site.app.test_client(use_cookies=False)
    large = {"Cookie": f"session={'A' * 20_000}"}

    response = site.visit(bare, lambda s: s.get("a"), headers=large)

    assert response.status_code == 200
    assert len(caplog.records) == 1


def test_the_value_is_signed_and_not_secret(site, browser):
    site.visit(browser, lambda s: s.update(colour="red"))

    text, _, signature = cookie_of(browser).rpartition(".")

    assert b"red" in cookie_payload._unwrap(text)
    assert len(signature) == 43


def test_lists_nothing_as_only_clients_have_the_sessions(site, browser):
    site.log_in(browser)

    with site.app.app_context():
        assert site.sessions.list_sessions("ada") == []
        assert site.sessions.revoke("ada", "x") is False
