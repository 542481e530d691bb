"""Sessions expire, and reading them does not write."""

from datetime import timedelta


def test_a_session_ends_without_visits(site, browser, clock):
    site.visit(browser, lambda s: s.update(a=1))
    clock.advance(12 * 3600 - 1)
    assert site.read(browser) == {"a": 1}

    clock.advance(12 * 3600 + 1)

    assert site.read(browser) == {}


def test_a_visit_extends_a_session(site, browser, clock):
    site.visit(browser, lambda s: s.update(a=1))
    for _ in range(10):
        clock.advance(6 * 3600)
        assert site.read(browser) == {"a": 1}


def test_a_session_ends_after_two_weeks_of_use(site, browser, clock):
    site.visit(browser, lambda s: s.update(a=1))
    for _ in range(14 * 4 - 1):
        clock.advance(6 * 3600)
        site.visit(browser, lambda s: s.update(a=1))
    assert site.read(browser) == {"a": 1}

    clock.advance(6 * 3600)

    assert site.read(browser) == {}


def test_a_visit_is_recorded_once_in_a_tenth_of_the_idle_time(site, browser, clock):
    site.visit(browser, lambda s: s.update(a=1))
    store, writes = site.app.extensions["sessions"].store, []
    for name in ("set", "compare_and_update", "add"):
        setattr(store, name, spy(getattr(store, name), writes))
    for _ in range(71):
        clock.advance(60)
        site.read(browser)

    assert len(writes) == 0
    clock.advance(120)
    response = site.visit(browser, lambda s: s.get("a"))

    assert len(writes) + ("Set-Cookie" in response.headers) == 1


def test_a_permanent_session_lives_as_flask_says(make_site, clock):
    config = {"PERMANENT_SESSION_LIFETIME": timedelta(days=20)}
    site = make_site(config=config)
    browser = site.browser()
    response = site.visit(browser, lambda s: setattr(s, "permanent", True))
    assert "Expires=" in response.headers["Set-Cookie"]

    clock.advance(19 * 86400)
    assert site.ask(browser, lambda s: s.permanent) is True
    clock.advance(2 * 86400)

    assert site.read(browser) == {}


def test_a_permanent_session_may_be_extended_by_changes_only(make_site, clock):
    """As Flask does with `SESSION_REFRESH_EACH_REQUEST = False`."""
    config = {
        "PERMANENT_SESSION_LIFETIME": timedelta(days=10),
        "SESSION_REFRESH_EACH_REQUEST": False,
    }
    site = make_site(config=config)
    reader, writer = site.browser(), site.browser()
    for browser in (reader, writer):
        site.visit(browser, lambda s: s.update(_permanent=True, a=1))

    clock.advance(6 * 86400)
    read = site.visit(reader, lambda s: s.get("a"))
    written = site.visit(writer, lambda s: s.update(a=2))
    assert "Set-Cookie" not in read.headers
    assert "Expires=" in written.headers["Set-Cookie"]
    clock.advance(5 * 86400)

    assert site.read(reader) == {}
    assert site.read(writer)["a"] == 2


def test_sessions_can_be_permanent_by_default(make_site):
    site = make_site(config={"SESSION_PERMANENT": True})
    browser = site.browser()

    response = site.visit(browser, lambda s: s.update(a=1))

    assert "Expires=" in response.headers["Set-Cookie"]
    assert site.ask(browser, lambda s: s.permanent) is True


def test_a_plain_session_ends_with_the_browser(site, browser):
    response = site.visit(browser, lambda s: s.update(a=1))

    assert "Expires=" not in response.headers["Set-Cookie"]
    assert "Max-Age" not in response.headers["Set-Cookie"]


def test_a_session_that_is_no_longer_permanent_ends_with_the_browser(site, browser):
    site.visit(browser, lambda s: s.update(a=1, _permanent=True))

    response = site.visit(browser, lambda s: s.pop("_permanent"))

    cookies = response.headers.getlist("Set-Cookie")
    assert [c for c in cookies if c.startswith("session=")] != []
    assert "Expires=" not in cookies[0]


def spy(function, calls):
    def called(*arguments, **options):
        calls.append(function.__name__)
        return function(*arguments, **options)

    return called
