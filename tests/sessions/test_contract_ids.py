"""S1 to S3: ids are long, change when they should, and stay dead."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from carboy.sessions import bind_user, end, regenerate

from .conftest import cookie_of, copy_of
from .crossing import in_parallel

# Ids


def test_an_id_has_at_least_128_bits(site):
    ids = set()
    for _ in range(20):
        browser = site.browser()
        site.visit(browser, lambda s: s.update(a=1))
        ids.add(cookie_of(browser))

    assert len(ids) == 20
    assert min(map(len, ids)) >= 43


def test_an_id_of_the_visitor_is_never_adopted(site):
    """S2: an attacker cannot choose the id."""
    browser = site.browser()
    browser.set_cookie("session", "chosen-by-an-attacker-0123456789abcdef")

    assert site.read(browser) == {}
    site.visit(browser, lambda s: s.update(a=1))

    assert "chosen" not in cookie_of(browser)
    assert site.read(browser) == {"a": 1}


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(_user_id="ada"),
        lambda s: bind_user(s, 17),
        regenerate,
        lambda s: (s.clear(), s.update(user="ada")),
    ],
    ids=["login", "bind", "renew", "clear and put"],
)
def test_the_id_changes_and_the_old_one_is_dead(site, browser, change):
    """S2: fixation. Whoever knew the id before knows nothing now."""
    site.visit(browser, lambda s: s.update(cart=[1]))
    before, thief = cookie_of(browser), copy_of(site, browser)

    site.visit(browser, change)

    assert cookie_of(browser) != before
    assert site.read(thief) == {}
    assert site.read(browser) != {}


@pytest.mark.parametrize(
    "leave",
    [
        lambda s: s.pop("_user_id"),
        lambda s: s.clear(),
        end,
        lambda s: s.update(_user_id="grace"),
        lambda s: (s.update(role="admin"), regenerate(s)),
    ],
    ids=["logout", "clear", "end", "other user", "role"],
)
def test_a_cookie_sent_again_afterwards_is_worth_nothing(site, browser, leave, caplog):
    """S3: replay."""
    site.log_in(browser)
    thief = copy_of(site, browser)

    site.visit(browser, leave)
    caplog.clear()

    assert site.read(thief) == {}
    assert site.ask(thief, lambda s: "_user_id" in s) is False


def test_the_values_stay_when_the_id_changes(site, browser):
    site.visit(browser, lambda s: s.update(cart=[1]))
    site.log_in(browser)
    site.visit(browser, regenerate)

    assert site.read(browser) == {"cart": [1], "_user_id": "ada"}


def test_the_interface_regenerates_as_that_of_flask_session(site, browser):
    site.visit(browser, lambda s: s.update(a=1))
    before = cookie_of(browser)

    site.visit(browser, site.app.session_interface.regenerate)

    assert cookie_of(browser) != before
    assert site.read(browser) == {"a": 1}


def test_a_save_does_not_bring_back_a_session_that_was_ended(site, browser):
    """S1: the page was still running when its visitor logged out."""
    site.log_in(browser)
    slow = copy_of(site, browser)

    in_parallel(
        site,
        slow,
        lambda s: s.update(late=1),
        before_save=lambda: site.visit(browser, lambda s: s.clear()),
    )

    assert site.read(slow) == {}
    assert site.read(browser) == {}


def test_a_late_write_does_not_log_out_who_logged_in_meanwhile(site, browser):
    site.visit(browser, lambda s: s.update(a=1))
    slow = copy_of(site, browser)
    answers = []

    in_parallel(
        site,
        slow,
        lambda s: s.update(late=1),
        before_save=lambda: site.log_in(browser),
        answers=answers,
    )

    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert site.ask(browser, lambda s: s["_user_id"]) == "ada"


@pytest.mark.parametrize("late", [0, 1], ids=["end first", "end last"])
def test_an_end_finds_the_session_under_its_new_id(site, browser, late):
    """S1: a logout wins over whatever else was going on."""
    site.log_in(browser)
    works = [regenerate, end] if late else [end, regenerate]
    tabs = []

    in_parallel(site, browser, *works, tabs=tabs)

    assert [site.read(tab) for tab in [browser, *tabs]] == [{}, {}, {}]


def test_two_hundred_races_of_login_and_logout_bring_nothing_back(site):
    """S1: whatever the order, an id that was ended stays dead."""
    works = (lambda s: s.update(x=1), regenerate, lambda s: s.update(role="admin"))
    back = 0
    with ThreadPoolExecutor(2) as pool:
        for number in range(200):
            browser = site.browser()
            site.log_in(browser)
            busy, leaving = copy_of(site, browser), copy_of(site, browser)
            work = pool.submit(site.visit, busy, works[number % 3])
            leave = pool.submit(site.ask, leaving, leave_if_in)
            was_in = leave.result()
            assert work.result().status_code == 200
            back += "_user_id" in site.read(browser)
            # A logout that came with an id that was dead by then ends nothing.
            back += "_user_id" in site.read(busy) and was_in

    assert back == 0


# Users


def leave_if_in(inside):
    is_in = "_user_id" in inside
    end(inside)
    return is_in


def test_all_sessions_of_a_user_end_at_once(site, clock):
    """S3: "log out everywhere"."""
    ada, phone, grace = site.browser(), site.browser(), site.browser()
    site.log_in(ada)
    site.log_in(phone)
    site.log_in(grace, "grace")
    clock.advance(1)

    with site.app.app_context():
        site.sessions.revoke_user("ada")

    assert site.read(ada) == site.read(phone) == {}
    assert site.read(grace) == {"_user_id": "grace"}
    clock.advance(1)
    site.log_in(ada)
    assert site.read(ada) == {"_user_id": "ada"}


def test_all_other_sessions_of_a_user_end(site, clock):
    here, there = site.browser(), site.browser()
    site.log_in(here)
    site.log_in(there)
    clock.advance(1)

    site.visit(here, lambda s: site.sessions.revoke_user("ada", keep=s))

    assert site.read(there) == {}
    assert site.read(here) == {"_user_id": "ada"}


def test_a_changed_epoch_ends_every_session_of_the_user(make_site):
    """S3: a user who is shut out is out with the next request."""
    epochs = {"ada": "1", "grace": "1"}
    site = make_site(epoch=epochs.get)
    ada, grace = site.browser(), site.browser()
    site.log_in(ada)
    site.log_in(grace, "grace")

    epochs["ada"] = "2"

    assert site.read(ada) == {}
    assert site.read(grace) == {"_user_id": "grace"}
    site.log_in(ada)
    assert site.read(ada) == {"_user_id": "ada"}


def test_an_epoch_may_be_given_later(site, browser):
    epochs = {"ada": "1"}
    site.sessions.use_epoch(site.app, epochs.get)
    site.log_in(browser)
    assert site.read(browser) == {"_user_id": "ada"}

    epochs["ada"] = "2"

    assert site.read(browser) == {}
