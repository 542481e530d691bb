"""Tokens that work once, for one purpose, while what they change is as it was."""

import threading
from pathlib import Path

import pytest

from carboy.auth import InvalidTokenError, OneTimeTokens
from carboy.stores import MemoryStore, Store, open_store


def _tokens(
    purpose: str = "reset", store: Store | None = None, lifetime: int = 60
) -> OneTimeTokens:
    return OneTimeTokens([b"key"], purpose, lifetime, store or MemoryStore())


def test_a_token_is_redeemed_once() -> None:
    tokens = _tokens()
    token = tokens.make("1", "old hash", "value")

    assert tokens.read(token) == ("1", "value")
    assert tokens.redeem(token, "old hash") == ("1", "value")
    for call in (tokens.read, lambda t: tokens.redeem(t, "old hash")):
        with pytest.raises(InvalidTokenError):
            call(token)


def test_a_token_is_void_once_what_it_changes_has_changed() -> None:
    tokens = _tokens()

    with pytest.raises(InvalidTokenError):
        tokens.redeem(tokens.make("1", "old"), "new")


def test_a_token_of_another_purpose_or_key_is_refused() -> None:
    token = _tokens("reset").make("1", "state")

    with pytest.raises(InvalidTokenError):
        _tokens("confirm").read(token)
    with pytest.raises(InvalidTokenError):
        OneTimeTokens([b"other"], "reset", 60, MemoryStore()).read(token)


def test_a_token_shows_nothing_of_what_it_changes() -> None:
    assert "hash" not in _tokens().make("1", "hash")


def test_a_token_of_an_old_key_still_works() -> None:
    token = _tokens().make("1", "")

    assert OneTimeTokens([b"key", b"new"], "reset", 60, MemoryStore()).read(token)


def test_an_old_token_is_refused() -> None:
    with pytest.raises(InvalidTokenError):
        _tokens(lifetime=-1).read(_tokens().make("1", ""))


def test_of_two_at_once_one_wins(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    store.ping()
    tokens = _tokens(store=store)
    token, barrier, won = tokens.make("1", ""), threading.Barrier(4), []

    def redeem() -> None:
        barrier.wait()
        try:
            won.append(tokens.redeem(token, ""))
        except InvalidTokenError:
            return

    threads = [threading.Thread(target=redeem) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
