"""Accounts: finding, creating, changing."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.security import generate_password_hash

from carboy.auth import WeakPasswordError, auth_state
from carboy.auth.accounts import (
    check_password,
    confirm_email,
    create_user,
    find_by_email,
    find_user,
    load_user,
    lock,
    set_password,
    unlock,
    words_of,
)

from .conftest import PASSWORD, Site


@pytest.fixture
def state(site):
    with site.app.test_request_context():
        yield auth_state.of(site.app)


def test_a_user_is_found_by_address_and_by_name_in_any_spelling(site, state):
    user = site.add("Ada@Example.com", username="Ada_L")
    assert find_user(state, " ADA@example.COM ").id == user.id
    assert find_user(state, "ADA_L").id == user.id
    assert find_by_email(state, "ada@example.com").id == user.id
    assert find_user(state, "nobody") is None
    assert find_user(state, "nobody@example.com") is None


@pytest.mark.parametrize("user_id", ["", "x", "1.5", "-1", "99", "1; DROP TABLE user"])
def test_an_id_that_nobody_has_is_nobody(site, state, user_id):
    site.add()
    assert load_user(state, user_id) is None


def test_a_locked_user_is_not_loaded(site, state):
    user = load_user(state, str(site.add().id))
    epoch = user.auth_epoch
    lock(state, user)
    site.db.session.commit()
    assert load_user(state, str(user.id)) is None
    assert user.auth_epoch > epoch
    unlock(user)
    site.db.session.commit()
    assert load_user(state, str(user.id)) is user


def test_an_old_hash_is_replaced_by_the_right_password_only(site, state):
    user = find_by_email(state, site.add().email)
    old = user.password_hash = generate_password_hash(PASSWORD)
    assert not check_password(state, user, "wrong")
    assert user.password_hash == old
    assert check_password(state, user, PASSWORD)
    assert user.password_hash.startswith("$argon2id$")


def test_nobody_and_a_user_without_password_have_no_right_password(site, state):
    user = find_by_email(state, site.add(password=None).email)
    assert not check_password(state, None, PASSWORD)
    assert not check_password(state, user, "")
    assert not check_password(state, user, PASSWORD)


def test_a_new_password_ends_sessions_and_obeys_the_rules(site, state):
    user = find_by_email(state, site.add().email)
    epoch, before = user.auth_epoch, user.password_hash
    for weak in ("short", "ada@example.com", "password123456789"[:8]):
        with pytest.raises(WeakPasswordError):
            set_password(state, user, weak)
    assert (user.auth_epoch, user.password_hash) == (epoch, before)
    set_password(state, user, "another long enough password")
    assert user.auth_epoch > epoch


def test_an_address_belongs_to_one_account(site, state):
    site.add()
    create_user(state, "ADA@example.com", None)
    with pytest.raises(Exception, match="UNIQUE"):
        site.db.session.commit()


def test_an_address_is_confirmed(state):
    user = create_user(state, "new@example.com", None)
    assert user.email_confirmed_at is None
    confirm_email(user)
    assert user.email_confirmed_at.tzinfo is not None


def test_the_words_of_a_user_are_known(state):
    user = create_user(state, "ada@lab.example", None, name="Ada King", username="al")
    assert {"ada", "lab.example", "al", "Ada King", "King"} <= set(words_of(user))


def test_a_password_of_a_breach_is_refused(
    make_site: Callable[..., Site], tmp_path: Path
) -> None:
    digest = hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).hexdigest()
    (tmp_path / "hashes.txt").write_text(f"{digest.upper()}:9\n")
    site = make_site(AUTH_BREACHED_PASSWORDS=str(tmp_path / "hashes.txt"))

    with pytest.raises(WeakPasswordError, match="known from a breach"):
        site.add()
    assert site.add(password=PASSWORD[::-1]).id == 1
