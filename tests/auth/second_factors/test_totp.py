"""A code works once, secrets are encrypted, and set-up needs a first code."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from carboy.auth.credential_tables import TOTP, prepare
from carboy.auth.second_factors import SecretBox, Totp
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of


@pytest.fixture
def totp(session, clock):
    return Totp(session, SecretBox(["0" * 32], "totp"), clock)


def _set_up(totp, clock, user_id="1"):
    secret = make_secret()
    assert totp.set_up(user_id, secret, make_code(secret, step_of(clock())))
    return secret


def test_an_app_counts_only_after_its_first_code(totp, clock):
    secret = make_secret()

    assert not totp.is_set_up("1")
    assert not totp.verify("1", make_code(secret, step_of(clock())))
    assert not totp.set_up("1", secret, "000000")
    assert totp.set_up("1", secret, make_code(secret, step_of(clock())))
    assert totp.is_set_up("1")


def test_a_second_app_is_refused_until_the_first_is_removed(totp, clock, session):
    _set_up(totp, clock)

    with pytest.raises(IntegrityError), session.begin_nested():
        _set_up(totp, clock)


def test_a_secret_without_a_first_code_is_replaced(totp, clock, session):
    """An earlier version stored the secret before its first code."""
    prepare(session).execute(
        sa.insert(TOTP), {"user_id": "1", "secret": "x", "last_step": 0}
    )

    assert not totp.is_set_up("1")
    assert not totp.verify("1", "123456")
    _set_up(totp, clock)
    assert totp.is_set_up("1")


def test_a_code_is_not_accepted_twice_nor_an_older_one(totp, clock):
    secret = _set_up(totp, clock)
    clock.advance(60)
    step = step_of(clock())

    assert totp.verify("1", make_code(secret, step))
    assert not totp.verify("1", make_code(secret, step))
    assert not totp.verify("1", make_code(secret, step - 1))
    assert totp.verify("1", make_code(secret, step + 1))


def test_the_code_of_the_set_up_is_used_up_too(totp, clock):
    secret = _set_up(totp, clock)

    assert not totp.verify("1", make_code(secret, step_of(clock())))


def test_of_eight_requests_with_one_code_one_wins(app, db, clock):
    box = SecretBox(["0" * 32], "totp")
    with app.app_context():
        secret = _set_up(Totp(db.session(), box, clock), clock)
        db.session.commit()
    clock.advance(60)
    code, results = make_code(secret, step_of(clock())), []
    start = threading.Barrier(8)

    def log_in():
        start.wait()
        with app.app_context():
            results.append(Totp(db.session(), box, clock).verify("1", code))
            db.session.commit()

    threads = [threading.Thread(target=log_in) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == [False] * 7 + [True]


def test_the_secret_is_stored_encrypted_for_its_owner(totp, session, clock):
    secret = _set_up(totp, clock)
    _set_up(totp, clock, "2")
    rows = {row.user_id: row.secret for row in session.execute(sa.select(TOTP))}

    assert secret not in rows["1"]
    session.execute(
        sa.update(TOTP).where(TOTP.c.user_id == "2").values(secret=rows["1"])
    )
    with pytest.raises(Exception, match="cannot be decrypted"):
        totp.verify("2", "123456")


def test_an_app_is_removed(totp, clock):
    _set_up(totp, clock)

    assert totp.remove("1")
    assert not totp.remove("1")
    assert not totp.is_set_up("1")
