"""Moments are shown as the visitor writes them, and stay exact for programs."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from carboy import Carboy, Settings
from carboy.ui import make_time

MOMENT = datetime(2026, 11, 30, 16, 4, 5, tzinfo=UTC)
EXACT = '<time datetime="2026-11-30T16:04:05Z">'


@pytest.mark.parametrize(
    "value",
    [
        MOMENT,
        MOMENT.replace(tzinfo=None),
        MOMENT.astimezone(timezone(timedelta(hours=8))),
        MOMENT.timestamp(),
        "2026-11-30T16:04:05+00:00",
        "2026-11-30T16:04:05",
    ],
)
def test_every_kind_of_moment_is_shown_the_same(value):
    assert make_time(value) == f"{EXACT}2026-11-30 16:04:05 UTC</time>"


def test_no_moment_shows_nothing():
    assert make_time(None) == ""


def test_the_visitor_reads_it_in_the_language_and_time_zone_of_the_site(tmp_path):
    environ = {"LANGUAGES": "en,zh-CN", "TIME_ZONE": "Asia/Shanghai"}
    settings = Settings.load({}, root=tmp_path, environ=environ)
    app = Carboy("shop", settings=settings)
    app.use()

    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        shown = make_time(MOMENT)

    assert shown == f"{EXACT}2026年12月1日 00:04:05</time>"
