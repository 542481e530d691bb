"""Imports are tried first, and write what the user could have written by hand."""

import io
import re
from typing import Any

from carboy.admin.transfer import IMPORTS
from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, TaskSite, log_in


def upload(client: Client, slug: str, text: str, name: str = "rows.csv") -> Any:
    file = (io.BytesIO(text.encode()), name)
    return client.post(f"/-/admin/{slug}/-/import", data={"file": file})


def choose(client: Client, url: str) -> dict[str, str]:
    """Return what the form has chosen by itself."""
    text = client.get(url).text
    selects = re.findall(
        r'<select[^>]*name="(column-\d+)">(.*?)</select>', text, re.DOTALL
    )
    return {
        name: (re.findall(r'value="([^"]*)" selected', options) or [""])[0]
        for name, options in selects
    }


def count(site: Site, model: Any) -> int:
    with site.app.app_context():
        query = zoo.db.select(zoo.db.func.count()).select_from(model)
        return int(zoo.db.session.scalar(query) or 0)


CAGES = "label,House,unknown\nB1,1,x\nB2,99,x\n,1,x\nB4,[1],x\n"


def test_a_file_is_tried_and_then_imported(site: Site) -> None:
    client = log_in(site, "editor")
    url = upload(client, "cage", CAGES).location
    chosen = choose(client, url)
    assert chosen == {"column-0": "label", "column-1": "house", "column-2": ""}

    tried = client.post(url, data=chosen | {"step": "try"})

    assert "2 lines were tried and are good" in tried.text
    assert "Line 3" in tried.text
    assert "Line 4" in tried.text
    assert count(site, zoo.Cage) == 1
    answer = client.post(url, data=chosen | {"step": "import"})
    text = client.get(answer.location).text
    assert "2 rows were imported." in text
    assert "Line 3" in text
    assert "B4" in text
    assert count(site, zoo.Cage) == 3
    with site.app.app_context():
        cage = zoo.db.session.scalars(
            zoo.db.select(zoo.Cage).filter_by(label="B4")
        ).one()
        assert cage.house_id == 1
        history = client.get(f"/-/admin/cage/{cage.id}/history").text
    assert "editor@zoo.example" in history


def test_an_export_is_imported_again_as_changes(site: Site) -> None:
    client = log_in(site, "boss")
    for slug in ("everything", "visit", "feeding", "log"):
        for kind in ("csv", "json", "xlsx"):
            data = client.get(f"/-/admin/{slug}/-/export?format={kind}").data
            file = (io.BytesIO(data), f"a.{kind}")
            sent = {"file": file}
            url = client.post(f"/-/admin/{slug}/-/import", data=sent).location
            chosen = choose(client, url) | {"mode": "update", "step": "try"}
            text = client.post(url, data=chosen).text
            assert "have a problem" not in text, (slug, kind, text)
            assert "has a problem" not in text, (slug, kind, text)
            assert "good" in text, (slug, kind)


def test_fields_that_nobody_may_write_are_no_columns(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "boss")
    text = "email,password_hash,api_token,id,level\na@b.example,evil,evil,77,3\n"
    url = upload(client, "account", text).location
    assert "password_hash" not in "".join(choose(client, url).values())

    forced = {
        f"column-{n}": name for n, name in enumerate(text.split("\n")[0].split(","))
    }
    client.post(url, data=forced | {"step": "import"})

    with sqlite_site.app.app_context():
        for account in zoo.db.session.scalars(zoo.db.select(zoo.Account)):
            assert "evil" not in {account.password_hash, account.api_token}
            assert account.id != 77


def test_rows_that_a_policy_refuses_are_left_out(sqlite_site: Site) -> None:
    @policy("admin.create", zoo.House)
    def may_create(_user: Any, house: zoo.House) -> bool:
        return house.name != "forbidden"

    @policy("admin.view", zoo.House)
    def may_view(_user: Any, house: zoo.House) -> bool:
        return house.id != 1

    client = log_in(sqlite_site, "editor")
    url = upload(client, "house", "name\nforbidden\nallowed\n").location
    chosen = choose(client, url)
    answer = client.post(url, data=chosen | {"step": "import"})
    assert "You may not do this" in client.get(answer.location).text
    assert count(sqlite_site, zoo.House) == 2
    url = upload(client, "house", "id,name\n1,taken over\n").location
    chosen = choose(client, url) | {"mode": "update"}
    answer = client.post(url, data=chosen | {"step": "import"})
    assert "There is no row" in client.get(answer.location).text


def test_who_may_not_import_gets_no_further(sqlite_site: Site) -> None:
    editor = log_in(sqlite_site, "editor")
    url = upload(editor, "house", "name\nNew\n").location
    chosen = choose(editor, url) | {"step": "import"}
    for name, status in (("", 404), ("nobody", 404), ("viewer", 403), ("boss", 404)):
        client = log_in(sqlite_site, name)
        assert client.get(url).status_code == status, name
        assert client.post(url, data=chosen).status_code == status, name
        if status != 404 or name != "boss":
            assert upload(client, "house", "name\nNew\n").status_code == status
    assert editor.get(url.replace("/house/", "/cage/")).status_code == 404
    assert count(sqlite_site, zoo.House) == 1


def test_bad_files_and_columns_are_said(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "editor")

    assert "no CSV, XLSX or JSON" in upload(client, "house", "x", "a.pdf").text
    assert client.post("/-/admin/house/-/import", data={}).status_code == 422
    url = upload(client, "house", "a,b\n1,2\n").location
    for chosen, problem in (
        ({}, "at least one column"),
        ({"column-0": "name", "column-1": "name"}, "cannot be the same"),
        ({"column-0": "name", "mode": "update"}, "a column with their keys"),
    ):
        answer = client.post(url, data=chosen | {"step": "import"})
        assert answer.status_code == 422
        assert problem in answer.text


def test_many_rows_are_a_task(task_site: TaskSite) -> None:
    client = log_in(task_site, "editor")
    lines = "\n".join(f"new {n}" for n in range(250))
    url = upload(client, "log", f"line\n{lines}\n").location

    answer = client.post(url, data=choose(client, url) | {"step": "import"})

    assert count(task_site, zoo.Log) == 130
    with task_site.app.app_context():
        task_site.tasks.drain()
        content = zoo.db.session.scalar(zoo.db.select(IMPORTS.c.name))
    assert content == "rows.csv"
    assert count(task_site, zoo.Log) == 380
    assert "250" in client.get(answer.location).text
    assert log_in(task_site, "boss").get(answer.location).status_code == 404
