"""Rows in the form of their parent are saved with it, or nothing is."""

import html
import re
from typing import Any

import pytest

from carboy.admin import Admin, AdminSetupError
from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, log_in
from tests.admin.pages.test_list_view import counted

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
VERSION = re.compile(r'<input[^>]*name="([a-z0-9-]*version)"[^>]*value="([^"]*)"')
URL = "/-/admin/house/1/edit"


@pytest.fixture(autouse=True)
def registered(admin: Admin) -> None:
    admin.register(zoo.House, inlines=["cages"])
    admin.register(zoo.Cage, inlines={"animals": ["name", "diet", "mother"]})


@pytest.fixture
def cages(sqlite_site: Site) -> Site:
    """A house with three cages, and another house with one."""
    with sqlite_site.app.app_context():
        zoo.db.session.add_all([
            zoo.Cage(label="A2", house_id=1),
            zoo.Cage(label="A3", house_id=1),
            zoo.House(name="Other", cages=[zoo.Cage(label="B1")]),
        ])
        zoo.db.session.commit()
    return sqlite_site


def shown(client: Client, url: str = URL) -> dict[str, str]:
    """Return what a form sends if nothing is changed."""
    text = client.get(url).text
    form = text[text.index('<form class="ui-form"') :]
    form = re.sub(r"<template>.*?</template>", "", form, flags=re.DOTALL)
    inputs = re.findall(
        r'<input[^>]*name="([^"]+)"[^>]*type="text"[^>]*value="([^"]*)"', form
    ) + re.findall(
        r'<input[^>]*type="text"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form
    )
    sent = dict([*inputs, *HIDDEN.findall(form), *VERSION.findall(form)])
    return {name: html.unescape(value) for name, value in sent.items()}


def labels(site: Site, house: int = 1) -> list[str]:
    with site.app.app_context():
        query = zoo.db.select(zoo.Cage.label).where(zoo.Cage.house_id == house)
        return sorted(zoo.db.session.scalars(query))


def test_rows_are_added_changed_and_deleted_in_one_save(site: Site) -> None:
    client = log_in(site, "boss")
    with site.app.app_context():
        zoo.db.session.add(zoo.Cage(label="A2", house_id=1))
        zoo.db.session.commit()
    sent = shown(client)
    assert (sent["cages-0-label"], sent["cages-1-label"]) == ("A1", "A2")

    answer = client.post(
        URL,
        data=sent
        | {
            "name": "Cats",
            "cages-0-label": "A9",
            "cages-1-_delete": "1",
            "cages-7-_row": "",
            "cages-7-label": "New",
            "cages-8-_row": "",
            "cages-8-label": "Left out",
            "cages-8-_delete": "1",
        },
    )

    assert answer.status_code == 303, answer.text
    assert labels(site) == ["A9", "New"]
    for url, text in (("cage/1/history", "A9"), ("cage/-/deleted", "A2")):
        answer = client.get(f"/-/admin/{url}")
        assert text in answer.text
        assert "boss@zoo.example" in answer.text


def test_a_new_parent_is_saved_with_its_rows(site: Site) -> None:
    client = log_in(site, "editor")
    sent = {"name": "Birds", "cages-0-_row": "", "cages-0-label": "C1"}

    answer = client.post("/-/admin/house/-/new", data=sent)

    assert answer.status_code == 303
    assert labels(site, 2) == ["C1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"cages-1-label": ""},
        {"name": ""},
        {"cages-5-_row": "", "cages-5-label": "x" * 41},
    ],
)
def test_nothing_is_saved_if_one_value_is_wrong(
    cages: Site, wrong: dict[str, str]
) -> None:
    client = log_in(cages, "boss")
    changes = {"name": "Changed", "cages-0-label": "Z1", "cages-2-_delete": "1"}

    answer = client.post(URL, data=shown(client) | changes | wrong)

    assert answer.status_code == 422
    assert 'value="Z1"' in answer.text
    assert labels(cages) == ["A1", "A2", "A3"]
    assert "Changed" not in client.get("/-/admin/house/").text


def test_rows_of_others_are_not_reached(cages: Site) -> None:
    """A key that belongs to another parent, to none, or comes twice."""
    client = log_in(cages, "boss")
    sent = shown(client)

    for key in ("4", "99", "nonsense", "1"):
        forged = {"cages-9-_row": key, "cages-9-label": "evil"}
        answer = client.post(URL, data=sent | forged)
        assert answer.status_code == 422, key
        assert "not there any more" in answer.text
    forged = {"cages-0-house": "[2]", "cages-0-house_id": "2", "cages-0-id": "77"}
    assert client.post(URL, data=sent | forged).status_code == 303
    assert (labels(cages), labels(cages, 2)) == (["A1", "A2", "A3"], ["B1"])


def test_what_somebody_else_has_changed_stays(cages: Site) -> None:
    client = log_in(cages, "boss")
    sent = shown(client)
    with cages.app.app_context():
        theirs: Any = zoo.db.session.get(zoo.Cage, 2)
        theirs.label = "Theirs"
        zoo.db.session.commit()

    answer = client.post(URL, data=sent | {"cages-0-label": "Mine"})

    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.text
    assert labels(cages) == ["A1", "A3", "Theirs"]
    states = dict(HIDDEN.findall(answer.text))
    again = client.post(URL, data=sent | states | {"cages-0-label": "Mine"})
    assert again.status_code == 303
    assert labels(cages) == ["A2", "A3", "Mine"]


def test_rows_with_a_version_are_compared_by_it(cages: Site) -> None:
    client = log_in(cages, "editor")
    url = "/-/admin/cage/1/edit"
    sent = {"animals-0-diet": "meat", "animals-1-diet": "both"} | shown(client, url)
    assert sent["animals-0-name"] == "Leo"
    assert "animals-0-version" in sent
    assert "animals-0-notes" not in sent

    assert client.post(url, data=sent | {"animals-0-name": "A"}).status_code == 303
    answer = client.post(url, data=sent | {"animals-0-name": "B"})

    assert answer.status_code == 422
    with cages.app.app_context():
        animal: Any = zoo.db.session.get(zoo.Animal, 1)
        assert animal.name == "A"


@pytest.mark.parametrize("refused", ["create", "edit", "delete", "view"])
def test_each_row_is_asked_about(cages: Site, refused: str) -> None:
    @policy(f"admin.{refused}", zoo.Cage)
    def may(_user: Any, cage: zoo.Cage) -> bool:
        return cage.label not in {"A2", "evil"}

    client = log_in(cages, "boss")
    sent = shown(client)
    # What the page of somebody who may do all would send.
    full = {"cages-1-_row": "2", "cages-1-label": "Changed"} | {
        name: value for name, value in sent.items() if "cages-1" not in name
    }
    if "cages-1-_state" in sent and sent["cages-1-_row"] == "2":
        full["cages-1-_state"] = sent["cages-1-_state"]
    new = {"cages-5-_row": "", "cages-5-label": "evil"}
    deleted = {"cages-1-_delete": "1", "cages-1-label": "A2"}
    answers = {
        "create": client.post(URL, data=sent | new),
        "edit": client.post(URL, data=full),
        "delete": client.post(URL, data=full | deleted),
    }

    if refused == "view":
        # Not within a token, which has any letters.
        assert not re.search(r'[">\s]A2["<\s]', client.get(URL).text)
        assert {answers["edit"].status_code, answers["delete"].status_code} == {422}
    if refused == "create":
        assert answers["create"].status_code == 403
    now = labels(cages)
    assert ("evil" in now) == (refused != "create")
    if refused in {"edit", "view"}:
        assert "Changed" not in now
    if refused in {"delete", "view"}:
        assert len([each for each in now if each in {"A2", "Changed"}]) == 1


def test_a_class_that_may_not_be_written_has_no_row_to_add(cages: Site) -> None:
    for name in ("create", "edit", "delete"):

        @policy(f"admin.{name}", zoo.Cage)
        def may(_user: Any) -> bool:
            return False

    client = log_in(cages, "boss")
    text = client.get(URL).text
    assert "Cage A2" in text
    assert "<template>" not in text
    assert 'name="cages-0-label"' not in text
    sent = shown(client)
    forged = {
        "cages-0-label": "evil",
        "cages-1-_delete": "1",
        "cages-7-_row": "",
        "cages-7-label": "evil",
    }

    assert client.post(URL, data=sent | forged).status_code == 303
    assert labels(cages) == ["A1", "A2", "A3"]


def test_deleting_needs_a_fresh_login(cages: Site) -> None:
    client = log_in(cages, "boss")
    sent = shown(client)
    with client.session_transaction() as session:
        session["_auth_time"] = 0

    text = client.get(URL).text
    assert "cages-0-_delete" not in text
    assert "confirm=1" in text
    client.post(URL, data=sent | {"cages-1-_delete": "1"})
    assert labels(cages) == ["A1", "A2", "A3"]
    assert client.get(f"{URL}?confirm=1").status_code != 200


def test_a_row_that_others_need_is_not_deleted(cages: Site) -> None:
    client = log_in(cages, "boss")
    url = "/-/admin/cage/1/edit"
    sent = {"animals-0-diet": "meat", "animals-1-diet": "both"} | shown(client, url)

    answer = client.post(url, data=sent | {"animals-0-_delete": "1", "label": "x"})

    assert answer.status_code == 422
    assert "Other rows need this one" in answer.text
    assert labels(cages) == ["A1", "A2", "A3"]


def test_one_more_row_needs_no_script(cages: Site) -> None:
    client = log_in(cages, "editor")
    sent = shown(client) | {"name": "Typed", "_add": "cages"}

    answer = client.post(URL, data=sent)

    assert answer.status_code == 200
    assert 'name="cages-3-label"' in answer.text
    assert 'value="Typed"' in answer.text
    assert "Typed" not in client.get("/-/admin/house/").text


def test_many_rows_have_a_list_instead(cages: Site) -> None:
    with cages.app.app_context():
        zoo.db.session.add_all([zoo.Cage(label=f"N{n}", house_id=1) for n in range(60)])
        zoo.db.session.commit()
    client = log_in(cages, "boss")
    text = client.get(URL).text
    assert "more rows than a form can have" in text
    assert len(text) < 100_000

    forged = {"cages-0-_row": "1", "cages-0-label": "evil", "cages-1-_row": ""}
    assert client.post(URL, data=shown(client) | forged).status_code == 303
    assert "evil" not in labels(cages)
    assert len(labels(cages)) == 63


def test_fifty_rows_take_as_many_queries_as_two(cages: Site) -> None:
    client = log_in(cages, "editor")
    url = "/-/admin/cage/2/edit"

    def fill(count: int) -> int:
        with cages.app.app_context():
            zoo.db.session.add_all([
                zoo.Animal(name=f"Ant {n}", cage_id=2, mother_id=1 + n % 2)
                for n in range(count)
            ])
            zoo.db.session.commit()
        with counted(cages) as statements:
            text = client.get(url).text
        assert text.count("-_row") >= count
        assert len(text) < 100_000
        return len(statements)

    client.get(url)
    assert fill(2) == fill(48) <= 8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inlines": ["nothing"]}, "nothing"),
        ({"inlines": ["name"]}, "do not belong"),
        ({"inlines": {"cages": ["labl"]}}, "labl"),
        ({"editable": ["id"]}, "no column of the list"),
    ],
)
def test_wrong_names_are_told(
    sqlite_site: Site, admin: Admin, options: Any, message: str
) -> None:
    admin.register(zoo.House, **options)

    with pytest.raises(AdminSetupError, match=message):
        _ = sqlite_site.app.extensions["carboy.admin"].admins
