"""Types of arguments."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from carboy.rest import inputs

GOOD_URLS = [
    "http://example.com",
    "https://example.com/a?b=c#d",
    "http://localhost:8000/",
    "ftp://user:pass@example.com",
    "http://127.0.0.1:5000",
    "http://[2001:db8::1]:80/x",
    "http://2001:db8::1",
    "http://xn--bcher-kva.example",
    "http://example.com.",
]
BAD_URLS = [
    "",
    "foo",
    "http://",
    "http://example",
    "http://.com",
    "http://-x.com",
    "javascript:alert(1)",
    "http://exa mple.com",
    "http://example.com\n",
    "http://@foo:bar@example.com",
    "http://a:b:c@example.com",
    "http://example.com:port",
    "http://[::1",
]


@pytest.mark.parametrize("value", GOOD_URLS)
def test_an_address_is_accepted(value):
    assert inputs.url(value) == value


@pytest.mark.parametrize("value", BAD_URLS)
def test_another_text_is_no_address(value):
    with pytest.raises(ValueError, match="is not a valid URL"):
        inputs.url(value)


def test_a_forgotten_scheme_is_suggested():
    with pytest.raises(ValueError, match="Did you mean"):
        inputs.url("example.com/x")


@given(st.text())
def test_no_text_breaks_the_check_of_addresses(text):
    with suppress(ValueError):
        assert inputs.url(text) == text


def test_a_pattern_is_searched():
    digits = inputs.regex(r"^[0-9]+$")
    assert digits("123") == "123"
    with pytest.raises(ValueError, match="does not match pattern"):
        digits("12a")


def test_dates_and_times():
    assert inputs.date("2026-11-30") == datetime(2026, 11, 30)  # noqa: DTZ001 - a day
    with pytest.raises(ValueError):  # noqa: PT011 - Python's own words
        inputs.date("30.11.2026")
    zone = timezone(timedelta(hours=8))
    read = inputs.datetime_from_iso8601("2026-11-30T06:00:00+08:00")
    assert read == datetime(2026, 11, 30, 6, tzinfo=zone)
    assert inputs.datetime_from_iso8601("2026-11-30T06:00:00").tzinfo is UTC
    assert inputs.datetime_from_rfc822("Wed, 02 Oct 2002 08:00:00 EST") == datetime(
        2002, 10, 2, 13, tzinfo=UTC
    )
    with pytest.raises(ValueError, match="is not a date"):
        inputs.datetime_from_rfc822("yesterday")


def test_whole_numbers():
    assert inputs.natural("0") == 0
    assert inputs.positive("1") == 1
    assert inputs.int_range(1, 5)("5") == 5
    for convert, value in (
        (inputs.natural, "-1"),
        (inputs.positive, 0),
        (inputs.int_range(1, 5), "6"),
        (inputs.natural, "x"),
        (inputs.natural, None),
    ):
        with pytest.raises(ValueError, match=r"must|valid"):
            convert(value)


def test_truth():
    assert inputs.boolean("TRUE") is True
    assert inputs.boolean("0") is False
    assert inputs.boolean(False) is False
    for value in ("", None, "yes"):
        with pytest.raises(ValueError, match="boolean"):
            inputs.boolean(value)


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2013-01-01", at(2013, 1, 1), at(2013, 1, 2)),
        ("2013-01-01T12", at(2013, 1, 1, 12), at(2013, 1, 1, 13)),
        ("2013-01-01T12:30", at(2013, 1, 1, 12, 30), at(2013, 1, 1, 12, 31)),
        ("2013-01-01T12:30:01Z", at(2013, 1, 1, 12, 30, 1), at(2013, 1, 1, 12, 30, 2)),
        ("2013-01-01T12-07:00", at(2013, 1, 1, 19), at(2013, 1, 1, 20)),
        ("2013-01-01/2013-02-28", at(2013, 1, 1), at(2013, 2, 28)),
        ("2013-02-28/2013-01-01", at(2013, 1, 1), at(2013, 2, 28)),
        ("2013-01-01/P3D", at(2013, 1, 1), at(2013, 1, 4)),
        ("2013-01-31/P1M", at(2013, 1, 31), at(2013, 2, 28)),
        ("P1Y/2013-01-01", at(2012, 1, 1), at(2013, 1, 1)),
        ("2013-01-01T12:00/PT30M", at(2013, 1, 1, 12), at(2013, 1, 1, 12, 30)),
    ],
)
def test_an_interval_has_start_and_end(text, start, end):
    assert inputs.iso8601interval(text) == (start, end)


@pytest.mark.parametrize("text", ["", "x", "2013-01-01/x", "2013-01-01/P", "P1D/P1D"])
def test_another_text_is_no_interval(text):
    with pytest.raises(ValueError, match="must be a valid ISO8601"):
        inputs.iso8601interval(text, "when")


@given(st.text(alphabet="0123456789-/:TPYMDHSWZ+.", max_size=30))
def test_no_text_breaks_intervals(text):
    with suppress(ValueError):
        start, end = inputs.iso8601interval(text)
        assert start.tzinfo is not None
        assert end.tzinfo is not None
