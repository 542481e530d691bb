"""States change only from those from which they may."""

import time

from carboy.mail.mailers import Envelope
from carboy.mail.outbox import (
    DISCARDED,
    SENDING,
    SENT,
    WAITING,
    Outbox,
    make_table,
)

from .conftest import MakeMailSite

MAIL = Envelope("m1", "a@example.com", ("b@example.com",), b"x")


def test_an_attempt_that_was_taken_over_can_no_longer_end(make_mail_site: MakeMailSite):
    _, _, state = make_mail_site()
    outbox = state.outbox
    outbox.add(None, MAIL, mailer="default", subject="50% off")

    assert outbox.claim("m1", "one")
    assert outbox.claim("m1", "two")
    assert not outbox.mark_handover("m1", "one")
    assert not outbox.decide("m1", DISCARDED)
    assert outbox.mark_handover("m1", "two")
    assert not outbox.claim("m1", "three")
    assert not outbox.finish("m1", "one", SENT)
    assert outbox.finish("m1", "two", SENT)
    assert not outbox.decide("m1", WAITING)


def test_a_search_finds_what_was_written_and_no_pattern(make_mail_site: MakeMailSite):
    _, _, state = make_mail_site()
    state.outbox.add(None, MAIL, mailer="default", subject="50% off")

    assert [one.id for one in state.outbox.list_mails(search="50% O")] == ["m1"]
    assert state.outbox.list_mails(search="5%f") == []


def test_an_outbox_of_an_earlier_version_is_upgraded_in_place(
    make_mail_site: MakeMailSite,
):
    _, _, state = make_mail_site()
    outbox = state.outbox
    outbox.add(None, MAIL, mailer="default", subject="x")
    older = make_table("carboy_mail")
    engine = outbox.engine
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {older.name} DROP COLUMN claimed")

    newer = Outbox(lambda: engine, older.name)
    assert newer.list_ids(WAITING, claimed_before=time.time() + 1) == ["m1"]
    assert newer.claim("m1", "one")
    assert newer.list_ids(SENDING, claimed_before=1.0) == []
