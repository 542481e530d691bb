"""Who may do what with whose rows: each route, role and owner, against the policy.

And nobody sets what is not for clients, whatever a request adds.
"""

import itertools

import pytest
from flask import Flask, request
from msgspec import Struct
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.rest import Api, http_bearer

ROLES = ("anonymous", "ann", "bob", "staff", "admin")
SECRETS = {
    "id": 99,
    "is_admin": True,
    "roles": "admin",
    "password_hash": "x",
    "owner_id": "bob",
    "created_at": "1999-01-01",
}
WRITES = [
    ("post", "/notes", False),
    ("post", "/notes/bulk", True),
    ("put", "/notes/{key}", False),
    ("patch", "/notes/{key}", False),
]


class NoteIn(Struct):
    """A note, as clients send one."""

    text: str


def get_role():
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def has_role(_scopes):
    return get_role() in ROLES[1:]


def make_site(tmp_path, **config):
    db = SQLAlchemy()

    class Note(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        text: Mapped[str]
        is_admin: Mapped[bool] = mapped_column(default=False)
        roles: Mapped[str] = mapped_column(default="none")
        password_hash: Mapped[str] = mapped_column(default="canary")
        owner_id: Mapped[str]
        created_at: Mapped[str] = mapped_column(default="2026-05-01")

    app = Flask("roles", root_path=str(tmp_path))
    app.config |= {"DATABASE_URL": f"sqlite:///{tmp_path}/roles.db", **config}
    db.init_app(app)
    api = Api(app, security=[http_bearer(has_role)])
    api.crud(
        "/notes",
        Note,
        read=("id", "text", "owner_id"),
        write=NoteIn,
        bulk=True,
        filters=("text", "owner_id"),
        scope=lambda select: (
            select
            if get_role() in {"staff", "admin"}
            else select.filter_by(owner_id=get_role())
        ),
        allow={
            "update": lambda note: get_role() in {note.owner_id, "admin"},
            "delete": lambda note: get_role() == "admin" or get_role() == note.owner_id,
        },
        prepare=lambda note: setattr(note, "owner_id", get_role()),
    )
    with app.app_context():
        db.create_all()
        for owner in ("ann", "bob"):
            db.session.add(Note(text=f"of {owner}", owner_id=owner))
        db.session.commit()
    return app, db, Note


def expect(role, action, *, is_own):
    """Return the status that the policy says."""
    if role == "anonymous":
        return 401
    if action in {"list", "create", "create_many"}:
        return 200 if action == "list" else 201
    if not is_own and role not in {"staff", "admin"}:
        return 404
    if action != "read" and role == "staff":
        return 403
    return 204 if action == "delete" else 200


ADDRESSES = {
    "list": ("get", "/notes"),
    "create": ("post", "/notes"),
    "create_many": ("post", "/notes/bulk"),
    "read": ("get", "/notes/{key}"),
    "replace": ("put", "/notes/{key}"),
    "update": ("patch", "/notes/{key}"),
    "delete": ("delete", "/notes/{key}"),
}


@pytest.mark.parametrize("action", ADDRESSES)
def test_each_route_answers_each_role_as_the_policy_says(tmp_path, action):
    method, address = ADDRESSES[action]
    answers = {}
    # "ann" has the first row; what the others get is another's, or of nobody's.
    for role, owner in itertools.product(ROLES, ("ann", "bob")):
        app, db, note = make_site(tmp_path)
        client = app.test_client()
        url = address.format(key=1 if owner == "ann" else 2)
        body = [{"text": "new"}] if action == "create_many" else {"text": "new"}
        options = {} if method in {"get", "delete"} else {"json": body}
        headers = {"Authorization": f"Bearer {role}"}

        answer = client.open(url, method=method, headers=headers, **options)

        answers[role, owner] = answer.status_code
        if answer.status_code >= 400:
            with app.app_context():
                texts = {row.text for row in db.session.query(note)}
            assert texts == {"of ann", "of bob"}
        with app.app_context():
            db.drop_all()
            db.engine.dispose()
    assert answers == {
        (role, owner): expect(role, action, is_own=role == owner)
        for role, owner in answers
    }


def test_there_is_no_route_without_an_expectation(tmp_path):
    app, _, _ = make_site(tmp_path)

    routes = {
        (method.lower(), rule.rule.replace("<int:key>", "{key}"))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/notes")
    }

    assert routes == set(ADDRESSES.values())


def test_filters_and_lists_find_nothing_of_others(tmp_path):
    app, _, _ = make_site(tmp_path)
    client = app.test_client()
    ann = {"Authorization": "Bearer ann"}

    for query in ("", "?owner_id=bob", "?text=of bob", "?sort=-id&per_page=1&page=2"):
        answer = client.get(f"/notes{query}", headers=ann)
        assert b"bob" not in answer.data
        assert answer.json["total"] <= 1


@pytest.mark.parametrize("unknown", ["refuse", "ignore"])
@pytest.mark.parametrize(("method", "address", "is_list"), WRITES)
def test_no_request_sets_what_is_not_for_clients(
    tmp_path, method, address, is_list, unknown
):
    app, db, note = make_site(tmp_path, REST_UNKNOWN_FIELDS=unknown)
    client = app.test_client()

    for name, value in SECRETS.items():
        body = {"text": "new", name: value}
        answer = client.open(
            f"{address.format(key=1)}?{name}={value}",
            method=method,
            json=[body] if is_list else body,
            headers={"Authorization": "Bearer ann"},
        )
        assert (answer.status_code == 422) is (unknown == "refuse")

    with app.app_context():
        for row in db.session.query(note):
            assert row.id < 20
            assert not row.is_admin
            assert (row.roles, row.password_hash) == ("none", "canary")
            assert row.owner_id == ("bob" if row.text == "of bob" else "ann")
            assert row.created_at == "2026-05-01"
