"""A file has the rows that match and what the user may see of them, and no more."""

import csv
import io
from typing import Any

import pytest

from carboy.admin import Admin
from carboy.auth import policy
from tests.admin import zoo
from tests.admin.conftest import Site, log_in


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_filter_is_kept(site: Site) -> None:
    client = log_in(site, "viewer")

    answer = client.get("/-/admin/log/-/export?format=csv&filter=level+%3D+1&q=line")

    rows = read(answer.get_data(as_text=True))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="log.csv"'
    assert [int(row["id"]) for row in rows] == list(range(2, 131, 5))
    assert {row["level"] for row in rows} == {"1"}


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_nothing_secret_is_in_a_file(
    sqlite_site: Site, admin: Admin, kind: str
) -> None:
    admin.register(zoo.Log, hidden=["line"])
    client = log_in(sqlite_site, "viewer")

    for slug in ("account", "animal", "everything", "log"):
        answer = client.get(f"/-/admin/{slug}/-/export?format={kind}")
        assert answer.status_code == 200
        for secret in (zoo.SECRET, "password", "api_token", "chip_secret", "line 1"):
            assert secret.encode() not in answer.data, (slug, secret)
    assert client.get("/-/admin/log/-/export?filter=line+%7E+x").status_code == 400
    assert client.get("/-/admin/log/-/export?format=exe").status_code == 404


def test_rows_and_fields_that_a_policy_refuses_are_left_out(
    sqlite_site: Site, admin: Admin
) -> None:
    admin.register(zoo.Log, restricted={"level": "count"})

    @policy("admin.view", zoo.Log)
    def may_view(_user: Any, log: zoo.Log) -> bool:
        return log.id < 10

    @policy("count", zoo.Log)
    def may_count(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))

    viewer = log_in(sqlite_site, "viewer").get("/-/admin/log/-/export").text
    boss = log_in(sqlite_site, "boss").get("/-/admin/log/-/export").text

    assert [row["id"] for row in read(viewer)] == [str(n) for n in range(1, 10)]
    assert "level" not in read(viewer)[0]
    assert read(boss)[1]["level"] == "1"


def test_a_policy_of_its_own_can_forbid_it(sqlite_site: Site) -> None:
    @policy("admin.export", zoo.Zoo)
    def may_export(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))

    client = log_in(sqlite_site, "viewer")

    assert client.get("/-/admin/log/-/export").status_code == 403
    assert "/-/export" not in client.get("/-/admin/log/").text
    assert log_in(sqlite_site, "boss").get("/-/admin/log/-/export").status_code == 200
    for name in ("", "nobody"):
        client = log_in(sqlite_site, name)
        assert client.get("/-/admin/log/-/export").status_code == 404
