"""A list leads from years to days; counts are bounded, and tell of no hidden row."""

import datetime as dt
import re
from typing import Any

from carboy.admin import Admin
from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, log_in
from tests.admin.pages.test_list_view import counted

LINK = re.compile(
    r'<a class="admin-date" href="([^"]+)"[^>]*>([\d-]+)(?: <small>([^<]+))?'
)


def links(client: Client, url: str) -> dict[str, tuple[str, str]]:
    text = client.get(url).text
    found = LINK.findall(text)
    return {day: (url.replace("&amp;", "&"), count) for url, day, count in found}


def add_visits(site: Site, *moments: dt.datetime) -> None:
    with site.app.app_context():
        zoo.db.session.add_all([
            zoo.Visit(day=each.date(), paid_at=each) for each in moments
        ])
        zoo.db.session.commit()


def test_years_lead_to_months_and_days(site: Site, admin: Admin) -> None:
    admin.register(zoo.Visit, date_hierarchy="paid_at")
    midnight = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    add_visits(site, midnight, midnight - dt.timedelta(microseconds=1), midnight)
    client = log_in(site, "viewer")

    years = links(client, "/-/admin/visit/")
    assert {year: count for year, (_, count) in years.items()} == {
        "2024": "1",
        "2025": "2",
        "2026": "1",
    }
    months = links(client, years["2025"][0])
    assert {month: count for month, (_, count) in months.items()} == {"2025-01": "2"}
    days = links(client, months["2025-01"][0])
    url, count = days["2025-01-01"]
    assert count == "2"
    text = client.get(url).text
    assert text.count('class="admin-row"') == 2
    assert links(client, url) == {}
    assert ">All</a>" in text


def test_dates_without_a_time_and_other_filters_stay(site: Site, admin: Admin) -> None:
    admin.register(zoo.House, date_hierarchy="opened")
    with site.app.app_context():
        zoo.db.session.add_all([
            zoo.House(name=f"H{n}", opened=dt.date(2020 + n % 2, 1 + n, 1))
            for n in range(10)
        ])
        zoo.db.session.commit()
    client = log_in(site, "viewer")

    years = links(client, "/-/admin/house/?filter=name+^=+H&q=H")
    assert {year: count for year, (_, count) in years.items()} == {
        "2020": "5",
        "2021": "5",
    }
    assert len(links(client, years["2020"][0])) == 5
    text = client.get(years["2021"][0]).text
    assert text.count('class="admin-row"') == 5


def test_counts_are_bounded_and_few_queries(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.Visit, date_hierarchy="paid_at")
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    add_visits(sqlite_site, *(start + dt.timedelta(hours=n) for n in range(1_500)))
    client = log_in(sqlite_site, "viewer")
    client.get("/-/admin/visit/")

    with counted(sqlite_site) as statements:
        years = links(client, "/-/admin/visit/")

    assert years["2020"][1] == "1000+"
    dates = [each for each in statements if "count(" in each]
    assert 0 < len(dates) <= 2
    assert all("LIMIT" in each for each in dates)


def test_policies_about_rows_are_told_nothing_of(
    sqlite_site: Site, admin: Admin
) -> None:
    admin.register(zoo.Visit, date_hierarchy="paid_at")
    add_visits(sqlite_site, dt.datetime(1990, 1, 1, tzinfo=dt.UTC))

    @policy("admin.view", zoo.Visit)
    def may_view(_user: Any, visit: zoo.Visit) -> bool:
        return visit.paid_at is not None and visit.paid_at.year > 2000

    years = links(log_in(sqlite_site, "viewer"), "/-/admin/visit/")

    assert "1990" not in years
    assert len(years) == 5
    assert {count for _, count in years.values()} == {""}


def test_an_attribute_that_the_user_does_not_see_leads_nowhere(
    sqlite_site: Site, admin: Admin
) -> None:
    admin.register(zoo.House, date_hierarchy="opened", restricted={"opened": "look"})

    @policy("look", zoo.House)
    def may_look(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))

    assert links(log_in(sqlite_site, "boss"), "/-/admin/house/")
    assert not links(log_in(sqlite_site, "viewer"), "/-/admin/house/")
