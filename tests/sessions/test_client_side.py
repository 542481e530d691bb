"""Sessions in cookies: rotated keys, crossing answers, and what is too large."""

import pytest
from flask import session

from carboy.sessions import cookie_payload as payloads

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


def test_a_key_that_was_withdrawn_opens_nothing(site, browser):
    site.visit(browser, lambda s: s.update(a=1))

    site.app.config.update(SECRET_KEY="n" * 32)

    assert site.read(browser) == {}


def test_without_a_secret_key_flask_says_so(site):
    site.app.secret_key = None

    with (
        site.app.test_request_context(),
        pytest.raises(RuntimeError, match="secret key"),
    ):
        session["a"] = 1


def test_the_first_write_sets_one_cookie_and_later_ones_a_slip_beside_it(site, browser):
    first = site.visit(browser, lambda s: s.update(a=1))
    second = site.visit(browser, lambda s: s.update(b=1))

    assert len(first.headers.getlist("Set-Cookie")) == 1
    main, delta = second.headers.getlist("Set-Cookie")
    assert main.startswith("session=")
    assert delta.startswith("session.")
    assert "Max-Age=30" in delta


def test_slips_do_not_pile_up(site, browser, clock):
    site.visit(browser, lambda s: s.update(n=0))
    for number in range(40):
        clock.advance(0.5)
        site.visit(browser, lambda s, n=number: s.update(n=n))

    assert len(names_of(browser)) <= 8
    assert site.read(browser) == {"n": 39}


def test_slips_go_with_their_session(site, browser):
    site.visit(browser, lambda s: s.update(a=1))
    site.visit(browser, lambda s: s.update(b=1))
    assert len(names_of(browser)) == 2
    site.log_in(browser)
    assert names_of(browser) == ["session"]
    site.visit(browser, lambda s: s.update(b=2))

    site.visit(browser, lambda s: s.clear())

    assert names_of(browser) == []


def test_a_slip_of_before_does_not_reach_the_session_after_a_login(site, browser):
    site.visit(browser, lambda s: s.update(role="user"))
    site.visit(browser, lambda s: s.update(role="admin"))
    kept = [c for c in browser._cookies.values() if c.key != "session"]
    site.visit(browser, lambda s: s.update(role="user", _user_id="ada"))
    for cookie in kept:
        browser.set_cookie(cookie.key, cookie.value)

    assert site.read(browser) == {"role": "user", "_user_id": "ada"}


def test_a_slip_is_worth_nothing_after_its_time(site, browser, clock):
    site.visit(browser, lambda s: s.update(a=0))
    old = copy_of(site, browser)
    site.visit(browser, lambda s: s.update(a=1))
    (delta,) = [c for c in browser._cookies.values() if c.key != "session"]
    clock.advance(payloads.WINDOW)
    old.set_cookie(delta.key, delta.value)

    assert site.read(old) == {"a": 0}


def test_a_forged_slip_is_worth_nothing(site, browser):
    site.visit(browser, lambda s: s.update(a=1))
    main = cookie_of(browser)
    for value in (main, "x.y", "", "p" + main[1:]):
        browser.set_cookie("session.00000000", value)
        assert site.read(browser) == {"a": 1}


def test_a_session_that_is_too_large_is_told_with_what_is_in_it(site, browser, caplog):
    """S26: 4,096 bytes in all, and a clear error above."""
    site.visit(browser, lambda s: s.update(a=1))

    answer = site.visit(
        browser, lambda s: s.update(cart="".join(map(chr, range(3000))))
    )

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    (record,) = caplog.records
    assert "browsers keep 4096; it was not saved" in record.getMessage()
    assert "'cart' (" in record.getMessage()
    assert "set SESSION_TYPE to filesystem" in record.getMessage()
    assert site.read(browser) == {"a": 1}


def test_a_cookie_that_is_too_large_to_be_ours_is_not_even_checked(site, caplog):
    bare = site.app.test_client(use_cookies=False)
    large = {"Cookie": f"session={'A' * 20_000}"}

    answer = site.visit(bare, lambda s: s.get("a"), headers=large)

    assert answer.status_code == 200
    assert len(caplog.records) == 1


def test_the_value_is_signed_and_not_secret(site, browser):
    site.visit(browser, lambda s: s.update(colour="red"))

    text, _, signature = cookie_of(browser).rpartition(".")

    assert b"red" in payloads._unwrap(text)
    assert len(signature) == 43


def test_lists_nothing_because_only_visitors_have_it(site, browser):
    site.log_in(browser)

    with site.app.app_context():
        assert site.sessions.list_sessions("ada") == []
        assert site.sessions.revoke("ada", "x") is False
