"""A hundred logins at once do not take the threads of the site from its other pages."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from carboy.auth.app_state import auth_state
from carboy.auth.passwords import hashing
from carboy.testing import open_client
from tests.auth.conftest import PASSWORD, Site
from tests.auth.museum.steps import ADA, LOGIN

LOGINS = 100
# Seconds that no busy machine takes.
_LONG = 900


class _Gate:
    """An argon2 whose hashes wait until it is opened."""

    def __init__(self, hasher: Any) -> None:
        self.opened, self.hasher = threading.Event(), hasher
        self.most = 0
        self._active: list[int] = []

    def verify(self, stored: str, password: bytes) -> bool:
        self._active.append(1)
        self.most = max(self.most, len(self._active))
        assert self.opened.wait(_LONG)
        self._active.pop()
        return bool(self.hasher.verify(stored, password))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.hasher, name)


def test_of_a_hundred_logins_four_are_inside_and_pages_are_answered(
    make_site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "_PATIENCE", _LONG)
    site = make_site(AUTH_THROTTLE=False, AUTH_HASH_SLOTS=1)
    site.add()
    hasher = auth_state.of(site.app).hasher
    gate = _Gate(hasher._hasher)
    hasher._hasher = gate
    seen: Counter[int] = Counter()
    told = threading.Semaphore(0)

    def log_in(_number: int) -> None:
        with open_client(site.app) as client:
            data = {"login": ADA, "password": PASSWORD}
            answer = client.post(LOGIN, data=data)
            seen[answer.status_code] += 1
            if answer.status_code == 503:
                assert answer.headers["Retry-After"] == "2"
                # The name is still there, to be sent again.
                assert f'value="{ADA}"' in answer.text
                assert PASSWORD not in answer.text
            told.release()

    # Eight threads, as many as a process has: four of them stay free for others.
    with ThreadPoolExecutor(8) as pool:
        logins = [pool.submit(log_in, number) for number in range(LOGINS)]
        for _ in range(LOGINS - 4):
            assert told.acquire(timeout=_LONG)
        assert (seen, gate.most) == ({503: LOGINS - 4}, 1)
        page = pool.submit(_read_page, site).result(_LONG)
        gate.opened.set()
        for login in logins:
            login.result(_LONG)

    assert page == "open"
    assert seen == {303: 4, 503: LOGINS - 4}
    assert gate.most == 1


def _read_page(site: Site) -> str:
    with open_client(site.app) as client:
        return client.get("/open").text


def test_a_login_for_which_there_is_no_place_costs_no_query_and_no_guess(
    make_site: Any,
) -> None:
    site = make_site()
    site.add()
    hasher = auth_state.of(site.app).hasher
    sent: list[str] = []
    with ThreadPoolExecutor(4) as pool, open_client(site.app) as client:
        leave, held = threading.Event(), threading.Barrier(5)

        def hold() -> None:
            with hasher.reserve():
                held.wait(_LONG)
                leave.wait(_LONG)

        holders = [pool.submit(hold) for _ in range(4)]
        held.wait(_LONG)
        with site.app.app_context():
            engine = site.db.engine
        sa.event.listen(
            engine, "before_cursor_execute", lambda *args: sent.append(args[2])
        )
        data = {"login": ADA, "password": PASSWORD}
        seen = [client.post(LOGIN, data=data).status_code for _ in range(12)]
        queries = [*sent]
        leave.set()
        for holder in holders:
            holder.result(_LONG)

        assert seen == [503] * 12
        assert queries == []
        # Twelve guesses would be two too many.
        assert client.post(LOGIN, data=data).status_code == 303
