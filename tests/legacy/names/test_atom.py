"""If this passes, feeds are valid Atom, with everything escaped."""

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest

from carboy.legacy.names.atom import AtomFeed, FeedEntry, format_date

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_feed_has_its_entries():
    feed = AtomFeed("A & B", feed_url="http://x.org/feed?a=1&b=2", subtitle="<sub>")
    feed.add(
        "<first>",
        "<b>x</b>",
        url="http://x.org/1",
        updated=datetime(2012, 1, 1, tzinfo=UTC),
        author="me",
    )
    feed.add(
        FeedEntry(
            "two",
            id="2",
            updated=datetime(2012, 1, 2),
            author={"name": "you", "email": "y@x.org"},
        )
    )

    root = ElementTree.fromstring(str(feed))  # noqa: S314 - it is our own

    assert root.findtext(f"{ATOM}title") == "A & B"
    assert root.findtext(f"{ATOM}updated") == "2012-01-02T00:00:00Z"
    entries = root.findall(f"{ATOM}entry")
    assert [e.findtext(f"{ATOM}title") for e in entries] == ["<first>", "two"]
    assert entries[0].findtext(f"{ATOM}content") == "<b>x</b>"
    assert feed.get_response().mimetype == "application/atom+xml"


def test_times_are_in_utc():
    east = datetime(2012, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))

    assert format_date(east) == "2012-01-01T00:00:00Z"


def test_what_is_missing_is_named():
    with pytest.raises(ValueError, match="An entry needs a title"):
        FeedEntry("x")
    with pytest.raises(ValueError, match="A feed needs a title"):
        AtomFeed("x")
