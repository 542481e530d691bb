"""The history says who changed what, and brings values and rows back."""

import re
from typing import Any

import pytest

from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, log_in
from tests.admin.pages.test_edit_view import find, hidden

RESTORE = re.compile(r'href="(/-/admin/[a-z]+/-/restore/\d+)"')


def rename(client: Client, url: str, name: str, **others: str) -> None:
    sent = {"name": name, "diet": "meat", **others, **hidden(client, url)}
    assert client.post(url, data=sent).status_code == 303


def test_a_change_is_shown_and_taken_back(site: Site) -> None:
    client = log_in(site, "boss")
    rename(client, "/-/admin/animal/1/edit", "Leon", weight="12.5", cage="[1]")

    text = client.get("/-/admin/animal/1/history").text

    for part in ("<del>Leo</del> <ins>Leon</ins>", "<del>190.50</del>", "boss@zoo"):
        assert part in text
    url = RESTORE.findall(text)[0]
    assert "Leo" in client.get(url).text
    answer = client.post(url)
    assert answer.status_code == 303, answer.text
    row = find(site, zoo.Animal, 1)
    assert (row.name, str(row.weight)) == ("Leo", "190.50")
    assert "<ins>Leo</ins>" in client.get("/-/admin/animal/1/history").text


def test_a_deleted_row_comes_back_with_its_key(site: Site) -> None:
    client = log_in(site, "boss")
    assert client.post("/-/admin/slug/a.2fb.3fc.3dd.7ee.2ef.2520/delete").status_code

    text = client.get("/-/admin/slug/-/deleted").text
    url = RESTORE.findall(text)[0]
    answer = client.post(url)

    assert answer.status_code == 303
    assert find(site, zoo.Slug, "a/b?c=d~e.f%20").target == "x"
    # Once is enough.
    client.post(url)
    assert len(client.get("/-/admin/slug/").text.split('class="admin-row"')) == 2


def test_viewers_read_and_restore_nothing(sqlite_site: Site) -> None:
    boss, viewer = log_in(sqlite_site, "boss"), log_in(sqlite_site, "viewer")
    rename(boss, "/-/admin/animal/1/edit", "Leon")
    url = RESTORE.findall(boss.get("/-/admin/animal/1/history").text)[0]

    assert "Leon" in viewer.get("/-/admin/animal/1/history").text
    assert not RESTORE.findall(viewer.get("/-/admin/animal/1/history").text)
    assert viewer.post(url).status_code == 403
    assert boss.post(url.replace("animal", "house")).status_code == 404
    assert log_in(sqlite_site, "").post(url).status_code == 404


def test_hidden_rows_have_no_history(sqlite_site: Site) -> None:
    boss = log_in(sqlite_site, "boss")
    rename(boss, "/-/admin/animal/1/edit", "Leon")

    @policy("admin.view", zoo.Animal)
    def may_view(_user: Any, animal: zoo.Animal) -> bool:
        return animal.name != "Leon"

    assert boss.get("/-/admin/animal/1/history").status_code == 404


def test_secrets_are_in_no_history(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "boss")
    sent = {"name": "Ant", "diet": "both"}
    assert client.post("/-/admin/animal/-/new", data=sent).status_code == 303
    assert client.post("/-/admin/animal/4/delete").status_code == 303
    with sqlite_site.app.app_context():
        query = zoo.sa.text("SELECT * FROM carboy_admin_changes")
        rows = str(zoo.db.session.execute(query).all())

    assert "Ant" in rows
    assert zoo.SECRET not in rows
    assert "chip_secret" not in rows


def test_what_is_undone_leaves_no_record(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "editor")
    sent = {"name": "Cats & <b>dogs</b>"}

    assert client.post("/-/admin/house/-/new", data=sent).status_code == 422

    with sqlite_site.app.app_context():
        tables = zoo.sa.inspect(zoo.db.engine).get_table_names()
        assert "carboy_admin_changes" not in tables


@pytest.mark.parametrize(("mode", "is_recorded"), [("console", False), ("site", True)])
def test_changes_elsewhere_are_recorded_if_asked_for(
    tmp_path: Any, admin: Any, mode: str, is_recorded: bool
) -> None:
    url = f"sqlite:///{tmp_path / 'zoo.db'}"
    site = Site(tmp_path, url, admin, ADMIN_HISTORY=mode)
    site.create()
    with site.app.app_context():
        zoo.db.session.get(zoo.House, 1).name = "Birds"
        zoo.db.session.get(zoo.Account, 1).password_hash = "new-canary"  # noqa: S105 - looked for
        zoo.db.session.commit()

    client = log_in(site, "viewer")
    text = client.get("/-/admin/house/1/history").text

    assert ("<ins>Birds</ins>" in text) is is_recorded
    assert ("outside of the console" in text) is is_recorded
    assert "new-canary" not in client.get("/-/admin/account/1/history").text


def test_without_a_history_there_is_none(tmp_path: Any, admin: Any) -> None:
    url = f"sqlite:///{tmp_path / 'zoo.db'}"
    site = Site(tmp_path, url, admin, ADMIN_HISTORY="off")
    site.create()

    assert "/history" not in log_in(site, "boss").get("/-/admin/house/1").text
