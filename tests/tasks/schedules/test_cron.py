"""Times come when they are said to come."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from carboy.tasks import TaskUsageError
from carboy.tasks.schedules.cron import Every, parse_cron, parse_rule, parse_span

FRIDAY = datetime(2026, 11, 20, 13, 7, 30, tzinfo=ZoneInfo("UTC")).timestamp()


def _next(fields: str, zone: str = "UTC", after: float = FRIDAY) -> str:
    found = parse_cron(fields, zone).after(after)
    return datetime.fromtimestamp(found, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("* * * * *", "2026-11-20 13:08"),
        ("*/15 * * * *", "2026-11-20 13:15"),
        ("0 3 * * *", "2026-11-21 03:00"),
        ("30 9 * * mon-fri", "2026-11-23 09:30"),
        ("0 0 1 jan *", "2027-01-01 00:00"),
        ("0 0 29 2 *", "2028-02-29 00:00"),
        ("0 0 * * 7", "2026-11-22 00:00"),
        ("5 4 1 * sat", "2026-11-21 04:05"),
        ("10-20/5 13 * * *", "2026-11-20 13:10"),
    ],
)
def test_cron_finds_the_next_time(fields: str, expected: str) -> None:
    assert _next(fields) == expected


def test_cron_goes_by_the_clock_on_the_wall() -> None:
    assert _next("0 3 * * *", "Asia/Shanghai") == "2026-11-21 03:00"


def test_an_hour_that_is_skipped_in_spring_loses_no_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 29, 1, 0, tzinfo=berlin).timestamp()
    rule = parse_cron("30 2 * * *", "Europe/Berlin")

    first = rule.after(before)
    second = rule.after(first)

    assert datetime.fromtimestamp(first, berlin).day == 29
    assert datetime.fromtimestamp(second, berlin).day == 30


@pytest.mark.parametrize(
    "fields", ["* * * *", "61 * * * *", "* * * * mux", "*/0 * * * *", "5-1 * * * *"]
)
def test_wrong_fields_are_told_where_they_are_written(fields: str) -> None:
    with pytest.raises(TaskUsageError, match="cron"):
        parse_cron(fields)


def test_a_day_that_never_comes_is_an_error() -> None:
    with pytest.raises(TaskUsageError, match="never comes"):
        parse_cron("0 0 31 2 *").after(FRIDAY)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("90", 90), ("15m", 900), ("1h30m", 5400), (timedelta(days=1), 86400), (2.5, 2.5)],
)
def test_spans_are_read(told: str | float | timedelta, seconds: float) -> None:
    assert parse_span(told) == Every(seconds)


@pytest.mark.parametrize("told", ["soon", "", "0s", -1])
def test_what_is_no_span_is_refused(told: str | float) -> None:
    with pytest.raises(TaskUsageError, match="every"):
        parse_span(told)


def test_every_stays_on_its_grid_however_late_it_looks() -> None:
    assert Every(60).after(1000.0, anchor=100.0) == 1060.0
    assert Every(60).after(1060.0, anchor=100.0) == 1060.0 + 60


@pytest.mark.parametrize("text", ["every 90s", "cron 0 3 * * *"])
def test_a_rule_survives_being_stored(text: str) -> None:
    assert str(parse_rule(text)) == text


def test_an_unknown_time_zone_names_the_setting() -> None:
    with pytest.raises(TaskUsageError, match="TASKS_TIMEZONE"):
        parse_cron("* * * * *", "Mars/Olympus")
