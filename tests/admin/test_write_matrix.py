"""Roles, models, fields and ways to write: each answer is what the policy says."""

from typing import Any

import sqlalchemy as sa

from carboy.admin.schema import key_of
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import PEOPLE, Site, log_in

# What a form may write, by model; everything else stays as it is.
EVIL: dict[str, str] = {
    "id": "77",
    "is_admin": "1",
    "roles": "boss",
    "password_hash": "evil",
    "api_token": "evil",
    "chip_secret": "evil",
    "version_id": "9",
    "kind": "lion",
    "auth_epoch": "1",
    "created_at": "2001-01-01T00:00",
    "computed_length": "9",
}
VIEWERS = {"viewer", "editor", "boss"}
EDITORS = {"editor", "boss"}


def values_of(model: type[Any], key: tuple[Any, ...]) -> dict[str, Any]:
    row = zoo.db.session.get(model, key)
    names = sa.inspect(model).column_attrs.keys()
    return {} if row is None else {name: getattr(row, name) for name in names}


def first_key(model: type[Any]) -> tuple[str, tuple[Any, ...]]:
    row = zoo.db.session.scalars(zoo.db.select(model)).first()
    return key_of(row), tuple(sa.inspect(row).identity)


def statuses(client: Client, base: str, key: str) -> dict[str, int]:
    """Return what each way to read and write answers without touching anything."""
    return {
        "list": client.get(f"{base}/").status_code,
        "detail": client.get(f"{base}/{key}").status_code,
        "choices": client.get(f"{base}/-/choices").status_code,
        "create": client.get(f"{base}/-/new").status_code,
        "edit": client.get(f"{base}/{key}/edit").status_code,
        "delete": client.get(f"{base}/{key}/delete").status_code,
    }


def expected(name: str) -> dict[str, int]:
    may_view, may_edit = name in VIEWERS, name in EDITORS
    refused = 403 if may_view else 404
    reads = dict.fromkeys(("list", "detail", "choices"), 200 if may_view else 404)
    writes = dict.fromkeys(("create", "edit"), 200 if may_edit else refused)
    return reads | writes | {"delete": 200 if name == "boss" else refused}


def test_each_page_answers_as_the_policies_say(sqlite_site: Site) -> None:
    with sqlite_site.app.app_context():
        admins = sqlite_site.app.extensions["carboy.admin"].admins
        keys = {slug: first_key(each.model)[0] for slug, each in admins.items()}

    for name in ("", *PEOPLE):
        client = log_in(sqlite_site, name)
        for slug, key in keys.items():
            base = f"/-/admin/{slug}"
            assert statuses(client, base, key) == expected(name), (name, slug)


def test_writes_change_what_the_policies_say_and_nothing_else(
    sqlite_site: Site,
) -> None:
    """Secrets, keys, versions and columns with own values are written by no form."""
    with sqlite_site.app.app_context():
        admins = sqlite_site.app.extensions["carboy.admin"].admins
        keys = {slug: first_key(each.model) for slug, each in admins.items()}

    for name in ("", "nobody", "viewer", "editor"):
        client = log_in(sqlite_site, name)
        for slug, (text, key) in keys.items():
            model = admins[slug].model
            names = sa.inspect(model).column_attrs.keys()
            with sqlite_site.app.app_context():
                before = values_of(model, key)
                count = zoo.db.session.scalar(
                    sa.select(sa.func.count()).select_from(model)
                )
            sent = EVIL | {each: EVIL.get(each, "1") for each in names}
            for path in (f"{text}/edit", "-/new", f"{text}/delete"):
                answer = client.post(f"/-/admin/{slug}/{path}", data=sent)
                is_open = name in EDITORS and not path.endswith("delete")
                refused = 403 if name in VIEWERS else 404
                allowed = {200, 303, 422} if is_open else {refused}
                assert answer.status_code in allowed, (name, slug, path)
            with sqlite_site.app.app_context():
                after = values_of(model, key)
                assert after, (name, slug)
                now = zoo.db.session.scalar(
                    sa.select(sa.func.count()).select_from(model)
                )
            if name not in EDITORS:
                assert (after, now) == (before, count), (name, slug)
            for each in {*EVIL} & {*before}:
                assert after[each] == before[each], (name, slug, each)
            assert "evil" not in {str(value) for value in after.values()}


def test_forged_posts_do_nothing(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "boss")

    for path in ("1/edit", "1/delete", "-/new"):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}):
            answer = client.post(f"/-/admin/house/{path}", headers=headers)
            assert answer.status_code in {400, 403}, path
    assert client.get("/-/admin/house/1").status_code == 200


def test_nothing_is_written_by_get_or_in_a_console_that_only_reads(
    sqlite_site: Site,
) -> None:
    sqlite_site.app.extensions["carboy.admin"].is_read_only = True
    client = log_in(sqlite_site, "boss")

    assert client.get("/-/admin/house/1").status_code == 200
    assert "/edit" not in client.get("/-/admin/house/1").text
    for path in ("1/edit", "1/delete", "-/new"):
        assert client.post(f"/-/admin/house/{path}").status_code == 403, path
        assert client.get(f"/-/admin/house/{path}").status_code == 403, path
