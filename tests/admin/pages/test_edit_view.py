"""Forms write what was typed, find related rows by words, and lose no change."""

import re
from typing import Any

import pytest

from carboy.admin import Admin
from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, log_in

FIELD = re.compile(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


def hidden(client: Client, url: str) -> dict[str, str]:
    text = client.get(url).text
    form = text[text.index('<form class="ui-form"') :]
    return {n: v for n, v in FIELD.findall(form) if n in {"_state", "version"}}


@pytest.fixture
def editor(sqlite_site: Site) -> Client:
    return log_in(sqlite_site, "editor")


def find(site: Site, model: Any, key: Any) -> Any:
    with site.app.app_context():
        row = zoo.db.session.get(model, key)
        _ = row and [
            getattr(row, name) for name in [*zoo.sa.inspect(model).attrs.keys()]
        ]
        return row


def test_a_row_is_added_with_its_relations(site: Site) -> None:
    client = log_in(site, "editor")
    sent = {"day": "2026-12-01", "price": "3", "guides": ["grace"], "starts": "10:00"}

    answer = client.post("/-/admin/visit/-/new", data=sent)

    assert answer.status_code == 303, answer.text
    text = client.get(answer.location).text
    assert "2026-12-01" in text
    assert "Grace" in text


def test_a_related_row_is_found_by_key_name_or_words(
    editor: Client, sqlite_site: Site
) -> None:
    for text, status in (
        ("Cage A1 [1]", 303),
        ("[1]", 303),
        ("a1", 303),
        ("1", 303),
        ("nothing", 422),
        ("[99]", 422),
        ("[1 OR 1=1]", 422),
    ):
        sent = {"name": "Ant", "diet": "both", "cage": text}
        answer = editor.post("/-/admin/animal/-/new", data=sent)
        assert answer.status_code == status, text


def test_words_that_fit_several_rows_are_asked_about(
    editor: Client, sqlite_site: Site
) -> None:
    with sqlite_site.app.app_context():
        zoo.db.session.add_all([zoo.House(name="Bird A"), zoo.House(name="Bird B")])
        zoo.db.session.commit()

    sent = {"label": "B", "house": "bird"}
    answer = editor.post("/-/admin/cage/-/new", data=sent)

    assert answer.status_code == 422
    assert "fits several" in answer.text
    assert '<option value="Bird A [2]">' in answer.text
    assert '<option value="Bird B [3]">' in answer.text


def test_suggestions_are_rows_that_the_user_sees(
    editor: Client, sqlite_site: Site
) -> None:
    @policy("admin.view", zoo.House)
    def may_view(_user: Any, house: zoo.House) -> bool:
        return house.id != 1

    with sqlite_site.app.app_context():
        zoo.db.session.add(zoo.House(name="Cats too"))
        zoo.db.session.commit()

    assert editor.get("/-/admin/house/-/choices?q=cats").json == ["Cats too [2]"]
    for text in ("[1]", "Cats & <b>dogs</b> [1]"):
        sent = {"label": "B", "house": text}
        answer = editor.post("/-/admin/cage/-/new", data=sent)
        assert answer.status_code == 422
        assert "Cats &amp; &lt;b&gt;dogs&lt;/b&gt;</" not in answer.text


def test_a_row_that_the_user_does_not_see_stays(
    editor: Client, sqlite_site: Site
) -> None:
    @policy("admin.view", zoo.Animal)
    def may_view(_user: Any, animal: zoo.Animal) -> bool:
        return animal.name != "Leo"

    sent = {"name": "Simba", "diet": "meat", "cage": "", "mother": ""}
    url = "/-/admin/animal/2/edit"
    assert "Leo" not in editor.get(url).text

    answer = editor.post(url, data=sent | hidden(editor, url))

    assert answer.status_code == 303
    row = find(sqlite_site, zoo.Animal, 2)
    assert (row.mother_id, row.cage_id) == (1, None)


@pytest.mark.parametrize(("slug", "field"), [("animal", "name"), ("house", "name")])
def test_nobody_overwrites_what_was_not_seen(
    editor: Client, sqlite_site: Site, slug: str, field: str
) -> None:
    """With a version column, and without."""
    url = f"/-/admin/{slug}/1/edit"
    sent = {"diet": "meat", **hidden(editor, url)}

    assert editor.post(url, data=sent | {field: "First"}).status_code == 303
    answer = editor.post(url, data=sent | {field: "Second"})

    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.text
    model: Any = {"animal": zoo.Animal, "house": zoo.House}[slug]
    assert find(sqlite_site, model, 1).name == "First"
    assert 'value="Second"' in answer.text


def test_a_row_is_not_given_to_where_the_user_may_not_edit(
    editor: Client, sqlite_site: Site
) -> None:
    @policy("admin.edit", zoo.House)
    def may_edit(_user: Any, house: zoo.House) -> bool:
        return house.name != "forbidden"

    url = "/-/admin/house/1/edit"
    answer = editor.post(url, data={"name": "forbidden", **hidden(editor, url)})

    assert answer.status_code == 403
    assert find(sqlite_site, zoo.House, 1).name != "forbidden"


def test_a_value_that_is_taken_is_an_error_of_its_field(editor: Client) -> None:
    answer = editor.post("/-/admin/house/-/new", data={"name": "Cats & <b>dogs</b>"})

    assert answer.status_code == 422
    assert "taken already" in answer.text


def test_a_rule_of_the_database_is_no_crash(editor: Client) -> None:
    answer = editor.post(
        "/-/admin/feeding/-/new",
        data={"animal": "[1]", "meal": "noon/late", "amount": 1},
    )

    assert answer.status_code == 422


def test_fields_are_those_that_were_registered(
    sqlite_site: Site, admin: Admin, editor: Client
) -> None:
    admin.register(zoo.Animal, fields=["notes", "name"], readonly=["notes"])

    text = editor.get("/-/admin/animal/1/edit").text

    assert 'name="name"' in text
    assert 'name="notes"' not in text
    assert 'name="diet"' not in text
