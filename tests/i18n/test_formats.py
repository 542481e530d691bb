"""Dates are shown in the visitor's time zone, also when its clock changes."""

from datetime import UTC, datetime, timedelta

import pytest

from carboy.i18n import format_datetime, to_user_timezone, to_utc


@pytest.mark.parametrize(
    ("utc", "local"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2026-03-29 01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29 03:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25 02:30"),
    ],
)
def test_a_date_follows_the_clock_changes_of_its_time_zone(make_app, utc, local):
    with make_app("en", TIME_ZONE="Europe/Berlin").test_request_context():
        assert format_datetime(utc, "yyyy-MM-dd HH:mm") == local
        assert to_utc(to_user_timezone(utc)) == utc.replace(tzinfo=None)


def test_every_half_hour_of_a_year_comes_back_as_it_was(make_app):
    with make_app("en", TIME_ZONE="Europe/Berlin").test_request_context():
        start = datetime(2026, 1, 1, tzinfo=UTC)
        for number in range(0, 365 * 48, 7):
            moment = start + timedelta(minutes=30 * number)
            assert to_utc(to_user_timezone(moment)) == moment.replace(tzinfo=None)
