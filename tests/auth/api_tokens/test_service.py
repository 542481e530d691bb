"""A token works until it expires or is revoked, and its text is stored nowhere."""

import pytest
import sqlalchemy as sa

from carboy.auth.api_tokens.service import (
    LAST_USED_EVERY,
    ApiTokenError,
    ApiTokens,
)
from carboy.auth.credential_tables import API_TOKENS


@pytest.fixture
def tokens(session, clock):
    return ApiTokens(session, clock)


def test_a_token_is_recognised_and_only_its_hash_is_stored(tokens, session):
    new = tokens.create("1", "  my   laptop ", ["posts.read"], lifetime=None)

    assert tokens.verify(new.text) is not None
    assert new.token.name == "my laptop"
    stored = session.execute(sa.select(API_TOKENS)).one()
    assert new.text not in repr(stored)
    assert new.text[15:47] not in repr(stored)
    assert new.text not in repr(new)


def test_every_changed_character_makes_a_token_invalid(tokens):
    text = tokens.create("1", "t", ["*"], lifetime=None).text

    for place in range(len(text)):
        changed = (
            text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        )
        assert tokens.verify(changed) is None, place
    assert tokens.verify("") is None
    assert tokens.verify(f"{text}\n") is None


def test_a_token_expires(tokens, clock):
    text = tokens.create("1", "t", ["*"], lifetime=60).text
    clock.advance(59.9)
    assert tokens.verify(text)

    clock.advance(0.1)

    assert tokens.verify(text) is None


def test_only_the_owner_revokes_a_token(tokens):
    new = tokens.create("1", "t", ["*"], lifetime=None)

    assert not tokens.revoke("2", new.token.id)
    assert tokens.verify(new.text)
    assert tokens.revoke("1", new.token.id)
    assert not tokens.revoke("1", new.token.id)
    assert tokens.verify(new.text) is None
    assert tokens.list("1") == []


def test_all_tokens_of_a_user_are_revoked_at_once(tokens):
    texts = [tokens.create("1", "t", ["*"], lifetime=None).text for _ in range(3)]
    other = tokens.create("2", "t", ["*"], lifetime=None).text

    assert tokens.revoke_all("1") == 3
    assert [tokens.verify(text) for text in texts] == [None] * 3
    assert tokens.verify(other)


def test_a_hundred_requests_write_the_last_use_once(tokens, session, clock):
    text = tokens.create("1", "t", ["*"], lifetime=None).text
    writes = []
    sa.event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda *a: writes.append(a[2]) if a[2].startswith("UPDATE") else None,
    )

    for _ in range(100):
        tokens.verify(text)
        clock.advance(1)

    assert len(writes) == 1
    clock.advance(LAST_USED_EVERY)
    tokens.verify(text)
    assert len(writes) == 2
    assert tokens.list("1")[0].last_used_at == clock()


@pytest.mark.parametrize(
    ("scopes", "scope", "allowed"),
    [
        (["*"], "posts.read", True),
        (["posts.*"], "posts.read", True),
        (["posts.*"], "postsecret", False),
        (["posts.read"], "posts.read", True),
        (["posts.read"], "posts.readall", False),
        (["posts.read"], "posts", False),
        (["posts.read"], "*", False),
    ],
)
def test_scopes_cover_what_they_name(tokens, scopes, scope, allowed):
    token = tokens.create("1", "t", scopes, lifetime=None).token

    assert token.allows(scope) is allowed


@pytest.mark.parametrize("scopes", [[], [""], ["Posts"], ["posts*"], ["a b"], ["*.a"]])
def test_wrong_scopes_are_refused(tokens, scopes):
    with pytest.raises(ApiTokenError, match="scope"):
        tokens.create("1", "t", scopes, lifetime=None)


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_wrong_names_are_refused(tokens, name):
    with pytest.raises(ApiTokenError, match="name"):
        tokens.create("1", name, ["*"], lifetime=None)


def test_a_lifetime_must_be_positive(tokens):
    with pytest.raises(ApiTokenError, match="over 0"):
        tokens.create("1", "t", ["*"], lifetime=0)


def test_the_number_of_tokens_is_limited(tokens, monkeypatch):
    monkeypatch.setattr("carboy.auth.api_tokens.service.MAX_TOKENS", 2)
    tokens.create("1", "t", ["*"], lifetime=None)
    tokens.create("1", "t", ["*"], lifetime=None)

    with pytest.raises(ApiTokenError, match="2 tokens"):
        tokens.create("1", "t", ["*"], lifetime=None)


def test_the_last_use_is_committed_unless_the_caller_works_on_something(
    tokens, session
):
    text = tokens.create("1", "t", ["*"], lifetime=None).text
    session.commit()

    tokens.verify(text)
    assert not session.in_transaction()
    session.rollback()

    assert tokens.list("1")[0].last_used_at is not None


def test_a_verification_commits_nothing_that_a_view_has_begun(tokens, session):
    text = tokens.create("1", "t", ["*"], lifetime=None).text
    session.commit()
    other = tokens.create("1", "other", ["*"], lifetime=None)

    tokens.verify(text)
    session.rollback()

    assert tokens.verify(other.text) is None
