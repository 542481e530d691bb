"""S1 to S3: ids are long, change at logins, and ended ones stay invalid."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from carboy.sessions import bind_user, end, regenerate

from .conftest import cookie_of, copy_of
from .parallel import in_parallel

# Ids


def test_an_id_has_at_least_128_bits(site):
    ids = set()
    for _ in range(20):
        browser = site.browser()
        site.visit(browser, lambda s: s.update(a=1))
        ids.add(cookie_of(browser))

    assert len(ids) == 20
    assert min(map(len, ids)) >= 43


def test_an_id_that_the_client_invents_is_never_adopted(site):
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
    ids=["login", "bind", "regenerate", "clear and set"],
)
def test_the_id_changes_and_the_old_one_is_invalid(site, browser, change):
    """S2: fixation. The id from before is of no use to an attacker."""
    site.visit(browser, lambda s: s.update(cart=[1]))
    before, attacker = cookie_of(browser), copy_of(site, browser)

    site.visit(browser, change)

    assert cookie_of(browser) != before
    assert site.read(attacker) == {}
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
def test_a_cookie_sent_again_afterwards_is_not_accepted(site, browser, leave, caplog):
    """S3: replay."""
    site.log_in(browser)
    attacker = copy_of(site, browser)

    site.visit(browser, leave)
    caplog.clear()

    assert site.read(attacker) == {}
    assert site.ask(attacker, lambda s: "_user_id" in s) is False


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
    """S1: a view was still running when its client logged out."""
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


def test_a_late_write_does_not_undo_a_login(site, browser):
    site.visit(browser, lambda s: s.update(a=1))
    slow = copy_of(site, browser)
    responses = []

    in_parallel(
        site,
        slow,
        lambda s: s.update(late=1),
        before_save=lambda: site.log_in(browser),
        responses=responses,
    )

    assert not any("Set-Cookie" in response.headers for response in responses)
    assert site.ask(browser, lambda s: s["_user_id"]) == "ada"


@pytest.mark.parametrize("late", [0, 1], ids=["end first", "end last"])
def test_an_end_finds_the_session_under_its_new_id(site, browser, late):
    """S1: a logout wins over all parallel requests."""
    site.log_in(browser)
    actions = [regenerate, end] if late else [end, regenerate]
    tabs = []

    in_parallel(site, browser, *actions, tabs=tabs)

    assert [site.read(tab) for tab in [browser, *tabs]] == [{}, {}, {}]


def test_two_hundred_races_of_login_and_logout_bring_nothing_back(site):
    """S1: in any order, an ended id stays invalid."""
    actions = (lambda s: s.update(x=1), regenerate, lambda s: s.update(role="admin"))
    revived = 0
    with ThreadPoolExecutor(2) as pool:
        for number in range(200):
            browser = site.browser()
            site.log_in(browser)
            busy, leaving = copy_of(site, browser), copy_of(site, browser)
            write = pool.submit(site.visit, busy, actions[number % 3])
            leave = pool.submit(site.ask, leaving, leave_if_in)
            was_in = leave.result()
            assert write.result().status_code == 200
            revived += "_user_id" in site.read(browser)
            # A logout with an id that was invalid by then ends nothing.
            revived += "_user_id" in site.read(busy) and was_in

    assert revived == 0


def test_a_logout_succeeds_although_the_next_session_cannot_be_saved(site, browser):
    """S3: what was set after `clear` is refused, the end is not."""
    site.log_in(browser)
    attacker = copy_of(site, browser)

    with pytest.raises(TypeError, match="cannot be saved"):
        site.visit(browser, lambda s: (s.clear(), s.update(a=object())))

    assert site.read(attacker) == {}


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
    """S3: a blocked user is logged out with the next request."""
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


def test_an_epoch_may_be_set_later(site, browser):
    epochs = {"ada": "1"}
    site.sessions.use_epoch(site.app, epochs.get)
    site.log_in(browser)
    assert site.read(browser) == {"_user_id": "ada"}

    epochs["ada"] = "2"

    assert site.read(browser) == {}
