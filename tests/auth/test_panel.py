"""The panel of accounts shows events, and locks and unlocks one account."""

import pytest

from carboy.auth import auth_state
from carboy.auth.accounts import find_by_id
from carboy.auth.panel import make_panel
from carboy.core import Panel, PanelQuery, registry_of
from carboy.errors import RefusedError
from carboy.testing import open_client
from tests.auth.conftest import PASSWORD, Site
from tests.auth.museum.steps import is_logged_in, log_in


def read(panel: Panel, search: str = "") -> list[list[tuple[object, ...]]]:
    view = panel.read(PanelQuery(search=search))
    return [[tuple(row.cells) for row in table.rows] for table in view.tables]


def test_an_account_is_found_locked_and_unlocked(site: Site) -> None:
    user = site.add()
    with open_client(site.app) as client:
        log_in(client)
        assert is_logged_in(client)
        with site.app.test_request_context():
            panel = registry_of(site.app).panels["auth"]()
            account, _, events = read(panel, "ADA@example.com")
            assert account[0][0] == "ada@example.com"
            assert any(PASSWORD in str(cell) for row in events for cell in row) is False
            assert panel.actions["lock"].run(user.get_id()) == "The account is locked."
            rows = panel.read(PanelQuery(search=user.email)).tables[0].rows
            assert rows[0].actions == ("unlock", "end_sessions")
        assert not is_logged_in(client)
        with site.app.test_request_context():
            make_panel(auth_state.of(site.app)).actions["unlock"].run(user.get_id())
        log_in(client)
        assert is_logged_in(client)
        with site.app.test_request_context():
            panel.actions["end_sessions"].run(user.get_id())
            everything = read(panel)[0]
        assert not is_logged_in(client)
    assert len(everything) >= 4
    assert "password_hash" not in repr(everything)


def test_nobody_locks_the_own_account(site: Site) -> None:
    user = site.add()
    panel = make_panel(auth_state.of(site.app))

    @site.app.get("/lock")
    def lock() -> str:
        return str(panel.actions["lock"].run(user.get_id()))

    with open_client(site.app) as client:
        log_in(client)
        with pytest.raises(RefusedError, match="your own account"):
            client.get("/lock")
        with site.app.app_context():
            assert find_by_id(auth_state.of(site.app), user.get_id()).is_active


@pytest.mark.parametrize("key", ["", "99", "x", "1; DROP TABLE user"])
def test_an_account_that_is_not_there_is_told(site: Site, key: str) -> None:
    with site.app.test_request_context():
        panel = make_panel(auth_state.of(site.app))
        assert panel.read(PanelQuery(search=key or "nobody")).tone == "warn"
        for action in panel.actions.values():
            with pytest.raises(RefusedError, match="There is no account"):
                action.run(key)
