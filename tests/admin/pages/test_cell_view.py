"""A cell of a list writes its field, and nothing else, for those who may."""

import re
from typing import Any

import pytest

from carboy.admin import Admin
from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, log_in
from tests.admin.test_write_matrix import EVIL

STATE = re.compile(r'name="(_state|version)"[^>]*value="([^"]*)"')


@pytest.fixture(autouse=True)
def registered(admin: Admin) -> None:
    admin.register(zoo.House, editable=["name"])
    admin.register(
        zoo.Animal, columns=["name", "diet", "cage"], editable=["diet", "cage"]
    )
    admin.register(zoo.Log, editable=["line"], restricted={"line": "rewrite"})

    @policy("rewrite", zoo.Log)
    def may_rewrite(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))


def hidden(client: Client, url: str) -> dict[str, str]:
    return dict(STATE.findall(client.get(url).text))


def values(site: Site, model: Any, key: Any) -> dict[str, Any]:
    with site.app.app_context():
        row: Any = zoo.db.session.get(model, key)
        return {
            each.key: getattr(row, each.key) for each in row.__mapper__.column_attrs
        }


def test_a_cell_is_saved_and_leads_back_to_its_list(site: Site) -> None:
    client = log_in(site, "editor")
    back = "/-/admin/animal/?q=leo&sort=name"
    text = client.get(back).text
    links = re.findall(r'class="admin-pencil" href="([^"]+)"', text)
    assert len(links) == 2
    url = links[0].replace("&amp;", "&")
    before = values(site, zoo.Lion, 1)

    answer = client.post(url, data={"diet": "plants"} | EVIL | hidden(client, url))

    assert (answer.status_code, answer.location) == (303, back)
    after = values(site, zoo.Lion, 1)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"diet", "updated_at", "version"}
    assert after["diet"] is zoo.Diet.plants
    assert "editor@zoo.example" in client.get("/-/admin/animal/1/history").text


def test_a_related_row_is_chosen_and_an_error_is_shown(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "editor")
    url = "/-/admin/animal/1/cell/cage"

    answer = client.post(url, data={"cage": "[99]"} | hidden(client, url))
    assert answer.status_code == 422
    assert "There is no" in answer.text
    answer = client.post(url, data={"cage": ""} | hidden(client, url))
    assert answer.status_code == 303
    assert values(sqlite_site, zoo.Animal, 1)["cage_id"] is None


@pytest.mark.parametrize(
    ("slug", "field", "values_sent"),
    [("house", "name", ("First", "Second")), ("animal", "diet", ("meat", "plants"))],
)
def test_what_somebody_else_has_changed_stays(
    sqlite_site: Site, slug: str, field: str, values_sent: tuple[str, str]
) -> None:
    """With a version column, and without."""
    client = log_in(sqlite_site, "editor")
    url = f"/-/admin/{slug}/1/cell/{field}"
    sent = hidden(client, url)
    edit = f"/-/admin/{slug}/1/edit"
    others = {"name": values_sent[0], "diet": "both"} | hidden(client, edit)
    assert client.post(edit, data=others).status_code == 303

    answer = client.post(url, data={field: values_sent[1]} | sent)

    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.text
    model: Any = {"house": zoo.House, "animal": zoo.Animal}[slug]
    now = values(sqlite_site, model, 1)[field]
    assert getattr(now, "name", now) in {"First", "both"}


def test_only_what_was_named_is_a_cell(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "boss")

    for path, status in (
        ("house/1/cell/opened", 404),
        ("house/1/cell/password_hash", 404),
        ("animal/1/cell/chip_secret", 404),
        ("animal/1/cell/name", 404),
        ("house/99/cell/name", 404),
        ("cage/1/cell/label", 404),
        ("log/1/cell/line", 200),
    ):
        assert client.get(f"/-/admin/{path}").status_code == status, path
        if status != 200:
            assert client.post(f"/-/admin/{path}").status_code == status, path


def test_who_may_not_sees_no_pencil_and_writes_nothing(sqlite_site: Site) -> None:
    before = values(sqlite_site, zoo.House, 1)
    url = "/-/admin/house/1/cell/name"
    for name, status in (("", 404), ("nobody", 404), ("viewer", 403)):
        client = log_in(sqlite_site, name)
        assert client.get(url).status_code == status
        assert client.post(url, data={"name": "x"}).status_code == status
    assert "admin-pencil" not in client.get("/-/admin/house/").text
    editor = log_in(sqlite_site, "editor")
    assert editor.get("/-/admin/log/1/cell/line").status_code == 404
    assert "admin-pencil" not in editor.get("/-/admin/log/").text
    assert editor.get(url, query_string={"name": "x"}).status_code == 200
    forged = {"Sec-Fetch-Site": "cross-site"}
    sent = {"name": "x"} | hidden(editor, url)
    assert editor.post(url, data=sent, headers=forged).status_code in {400, 403}
    sqlite_site.app.extensions["carboy.admin"].is_read_only = True
    assert editor.post(url, data=sent).status_code == 403
    assert values(sqlite_site, zoo.House, 1) == before


def test_rows_are_asked_about_before_and_after(sqlite_site: Site) -> None:
    @policy("admin.edit", zoo.House)
    def may_edit(_user: Any, house: zoo.House) -> bool:
        return house.name != "forbidden" and house.id == 1

    with sqlite_site.app.app_context():
        zoo.db.session.add(zoo.House(name="Other"))
        zoo.db.session.commit()
    client = log_in(sqlite_site, "editor")
    url = "/-/admin/house/1/cell/name"

    assert client.get("/-/admin/house/").text.count("admin-pencil") == 1
    answer = client.post(url, data={"name": "forbidden"} | hidden(client, url))
    assert answer.status_code == 403
    other = "/-/admin/house/2/cell/name"
    assert client.post(other, data={"name": "x"}).status_code == 403
    assert values(sqlite_site, zoo.House, 1)["name"] != "forbidden"


@pytest.mark.parametrize(
    "evil", ["//evil.example/", "https://evil.example", "/-/admin/house/../x", "/x"]
)
def test_nobody_is_led_elsewhere(sqlite_site: Site, evil: str) -> None:
    client = log_in(sqlite_site, "editor")
    url = f"/-/admin/house/1/cell/name?next={evil}"

    answer = client.post(url, data={"name": "Cats"} | hidden(client, url))

    assert (answer.status_code, answer.location) == (303, "/-/admin/house/")
