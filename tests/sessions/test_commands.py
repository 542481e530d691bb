"""Administrators list, end and purge sessions on the command line."""

from .conftest import Site


def run(site, *words):
    result = site.app.test_cli_runner().invoke(args=["sessions", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_expired_sessions_are_deleted(tmp_path, clock):
    config = {"SESSION_TYPE": "sqlalchemy", "SESSION_URL": f"sqlite:///{tmp_path}/x"}
    site = Site(config)
    for _ in range(3):
        site.visit(site.browser(), lambda s: s.update(a=1))
    store = site.app.extensions["sessions"].store.store
    store._clock = lambda: clock() * 2

    assert run(site, "purge") == "3 expired entries deleted.\n"
    assert run(site, "purge") == "0 expired entries deleted.\n"
    store.close()


def test_the_sessions_of_a_user_are_listed_and_ended():
    site = Site({"SESSION_TYPE": "memory"})
    browser = site.browser()
    agent = {"User-Agent": "Firefox"}
    site.visit(browser, lambda s: s.update(_user_id="7"), headers=agent)

    assert run(site, "list", "7").rstrip().endswith("127.0.0.1  Firefox")
    assert run(site, "revoke", "7") == "The sessions of 7 have ended.\n"
    assert run(site, "list", "7") == ""
    assert site.read(browser) == {}
