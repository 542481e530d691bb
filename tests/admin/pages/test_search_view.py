"""One search over models, pages and rows shows what its user may see."""

import html
import re
from typing import Any

import pytest

from carboy.admin import Admin
from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, log_in
from tests.admin.pages.test_list_view import counted

RESULT = re.compile(r'<li><a href="([^"]+)"><span>([^<]*)</span> <small>([^<]*)')


def find(client: Client, text: str) -> dict[str, str]:
    answer = client.get("/-/admin/-/search", query_string={"q": text})
    assert answer.status_code == 200
    part = answer.text[answer.text.index('id="results"') :]
    assert zoo.SECRET not in part
    found = RESULT.findall(part)
    return {html.unescape(name): f"{kind} {url}" for url, name, kind in found}


def test_models_pages_and_rows_are_found(site: Site) -> None:
    client = log_in(site, "editor")

    assert find(client, "cag")["Cages"] == "List /-/admin/cage/"
    assert find(client, "add cage") == {"Add cage": "Page /-/admin/cage/-/new"}
    assert find(client, "Overv") == {"Overview": "Page /-/admin/"}
    assert find(client, "leo")["Leo"] == "Lion /-/admin/lion/1"
    assert find(client, "P-1")["P-1"] == "Passport /-/admin/passport/1"
    assert "Leo" in find(client, "1")
    assert find(client, "house dogs") == {
        "Cats & <b>dogs</b>": "House /-/admin/house/1"
    }
    assert len(find(client, "logs line 12")) == 12
    assert find(client, "a/b?c=d~e.f%20")["a/b?c=d~e.f%20"].startswith("Slug ")


def test_who_may_not_finds_nothing(sqlite_site: Site) -> None:
    assert log_in(sqlite_site, "").get("/-/admin/-/search?q=leo").status_code == 404
    viewer = log_in(sqlite_site, "viewer")
    assert not [name for name in find(viewer, "cage") if name.startswith("Add")]

    @policy("admin.view", zoo.Animal)
    def may_view(_user: Any, animal: zoo.Animal) -> bool:
        return animal.name != "Leo"

    @policy("admin.view", zoo.Passport)
    def may_view_passports(_user: Any) -> bool:
        return False

    assert "Leo" not in find(viewer, "leo")
    assert "Leo" not in find(viewer, "1")
    assert "Leo" not in find(viewer, "lion leo")
    assert "Simba" in find(viewer, "simba")
    assert find(viewer, "passport") == {}
    assert "P-1" not in find(viewer, "P-1")


def test_secrets_and_hidden_values_are_not_searched(
    sqlite_site: Site, admin: Admin
) -> None:
    admin.register(zoo.Guide, hidden=["name"])
    client = log_in(sqlite_site, "boss")

    assert find(client, zoo.SECRET) == {}
    assert find(client, "Grace") == {}


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "\0", "\\", "é" * 300, "-1", "~"])
def test_odd_texts_do_no_harm(sqlite_site: Site, text: str) -> None:
    find(log_in(sqlite_site, "viewer"), text)


def test_tables_are_not_searched_as_a_whole(site: Site) -> None:
    with site.app.app_context():
        zoo.db.session.add(zoo.Log(line="needle in the past"))
        zoo.db.session.commit()
        zoo.db.session.execute(
            zoo.sa.insert(zoo.Log), [{"line": "hay"} for _ in range(1_100)]
        )
        zoo.db.session.add(zoo.Log(line="needle of today"))
        zoo.db.session.commit()
    client = log_in(site, "viewer")
    client.get("/-/admin/-/search?q=x")

    with counted(site) as statements:
        found = find(client, "needle")

    assert [*found] == ["needle of today"]
    assert len(statements) <= len(zoo.MODELS) + 5
    assert {*find(client, "log needle")} == {"needle in the past", "needle of today"}
