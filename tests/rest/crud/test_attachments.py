"""Attachments of rows are shown by an API, and set and removed by address."""

import io
from typing import Any

import pytest
from flask import Flask, request
from msgspec import Struct
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from carboy.db import SQLAlchemy
from carboy.rest import Api
from carboy.rest.crud import CrudError
from carboy.uploads import Attached, Document, Image, Uploads, attachment
from carboy.uploads.sweep import find_dangling, find_orphans
from tests.uploads.conftest import make_image

db = SQLAlchemy()
uploads = Uploads()


class Team(db.Model):
    """People."""

    id: Mapped[int] = mapped_column(primary_key=True)
    members: Mapped[list["Member"]] = relationship(back_populates="team")


class Member(db.Model):
    """A person with files."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    team: Mapped[Team | None] = relationship(back_populates="members")
    photo: Attached[Image | None] = attachment(
        Image, max_size="20 kB", variants={"small": (8, 8)}
    )
    letter: Attached[Document | None] = attachment(Document, private=True)


class Paper(db.Model):
    """A row that never is without its file."""

    id: Mapped[int] = mapped_column(primary_key=True)
    scan: Attached[Document] = attachment(Document, nullable=False)


class MemberIn(Struct):
    """What clients set."""

    name: str


class MemberOut(Struct):
    """A member, and its files."""

    id: int
    photo: Image | None


class TeamOut(Struct):
    """A team, with files of its members."""

    id: int
    members: list[MemberOut]


@pytest.fixture
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/team.sqlite"
    return request.getfixturevalue("fresh_postgresql")


def make_app(folder, url="", **options: Any):
    app = Flask("team", instance_path=str(folder))
    app.config |= {
        "SECRET_KEY": "k" * 32,
        "DATABASE_URL": url or f"sqlite:///{folder}/team.sqlite",
        "UPLOADS_STORAGE": "local:uploads",
        "REST_DOCS": "always",
    }
    app.testing = True
    db.init_app(app)
    uploads.init_app(app)
    api = Api(app)
    api.crud(
        "/members",
        Member,
        **{
            "read": ("id", "name", "photo", "letter"),
            "write": MemberIn,
            "files": ("photo", "letter"),
            "filters": {"photo": ("null",)},
            **options,
        },
    )
    api.crud("/teams", Team, read=TeamOut)
    api.crud("/papers", Paper, read=("id", "scan"), files=("scan",))
    with app.app_context():
        db.create_all()
        db.session.add(Team(id=1, members=[Member(id=1, name="Ann")]))
        db.session.commit()
    return app


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path)


@pytest.fixture
def client(app):
    return app.test_client()


def send(client, address, data, name="a.png", **options):
    form = {"file": (io.BytesIO(data), name)}
    return client.put(address, data=form, **options)


def list_files(folder):
    return [path for path in (folder / "uploads").rglob("*") if path.is_file()]


def list_findings(app):
    with app.app_context():
        state = app.extensions["carboy_uploads"]
        columns = state.list_columns()
        found = find_orphans(state, columns, older_than=0)
        return found.orphans, find_dangling(state, columns)


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_a_file_is_set_shown_replaced_and_removed(tmp_path, url):
    app = make_app(tmp_path, url)
    client = app.test_client()
    assert client.get("/members/1").json["photo"] is None

    answer = send(client, "/members/1/photo", make_image(), "我.png")

    assert answer.status_code == 200, answer.text
    photo = answer.json["photo"]
    assert (photo["name"], photo["type"]) == ("我.png", "image/png")
    assert (photo["width"], photo["height"]) == (40, 30)
    with client.get(photo["url"]) as shown:
        assert len(shown.data) == photo["size"]
    with client.get(photo["variants"]["small"]) as small:
        assert small.status_code == 200
    [listed] = client.get("/members?photo__null=false").json["items"]
    assert listed["photo"] == photo
    assert client.get("/teams/1").json["members"] == [{"id": 1, "photo": photo}]
    assert client.get("/members/1?fields=photo").json == {"photo": photo}

    other = send(client, "/members/1/photo", make_image(color="blue")).json["photo"]
    with client.get(photo["url"]) as old:
        assert old.status_code == 404
    assert len(list_files(tmp_path)) == 1

    removed = client.delete("/members/1/photo")
    assert (removed.status_code, removed.json["photo"]) == (200, None)
    assert client.delete("/members/1/photo").status_code == 200
    with client.get(other["url"]) as old:
        assert old.status_code == 404
    assert list_files(tmp_path) == []
    assert list_findings(app) == ([], [])


def test_a_file_that_breaks_a_rule_changes_nothing(client, tmp_path):
    send(client, "/members/1/photo", make_image())
    before = client.get("/members/1").json

    assert send(client, "/members/1/photo", b"<script>").status_code == 415
    assert send(client, "/members/1/photo", make_image() * 900).status_code == 413
    assert send(client, "/members/1/photo", b"").status_code == 422
    assert send(client, "/members/1/photo", make_image()[:60]).status_code == 422
    assert send(client, "/members/1/photo", make_image(), "").status_code == 422
    nothing = client.put("/members/1/photo", json={"file": "x"})
    assert nothing.json["errors"][0]["path"] == "/file"
    assert send(client, "/members/9/photo", make_image()).status_code == 404

    assert client.get("/members/1").json == before
    assert len(list_files(tmp_path)) == 1


def test_json_neither_sets_nor_removes_a_file(client):
    send(client, "/members/1/photo", make_image())
    shown = client.get("/members/1").json

    for method in ("put", "patch"):
        for value in (None, shown["photo"], "x", {}):
            body = {"name": "Bob", "photo": value}
            answer = client.open("/members/1", method=method, json=body)
            assert answer.status_code == 422
            assert answer.json["errors"][0]["path"] == "/photo"
    assert client.put("/members/1", json={"name": "Bob"}).json["photo"] is not None


def test_the_policy_of_a_row_is_that_of_its_files(tmp_path):
    def is_owner(row):
        return request.headers.get("X-Name") == row.name

    app = make_app(tmp_path, allow={"read": is_owner, "update": is_owner})
    client = app.test_client()
    ann = {"X-Name": "Ann"}

    assert send(client, "/members/1/letter", b"hello", "a.txt").status_code == 403
    assert client.delete("/members/1/letter").status_code == 403
    assert list_files(tmp_path) == []
    answer = send(client, "/members/1/letter", b"hello", "a.txt", headers=ann)
    assert answer.status_code == 200
    # A link to a private file ends.
    assert "e=" in answer.json["letter"]["url"]
    assert client.get("/members/1").status_code == 403
    assert client.get("/members").json["items"] == []
    assert client.delete("/members/1/letter").status_code == 403
    assert len(list_files(tmp_path)) == 1


def test_a_row_outside_of_the_scope_has_no_files_to_set(tmp_path):
    app = make_app(tmp_path, scope=lambda select: select.where(Member.id > 1))
    client = app.test_client()

    assert send(client, "/members/1/photo", make_image()).status_code == 404
    assert list_files(tmp_path) == []


def test_a_condition_holds_for_files_too(client):
    tag = client.get("/members/1").headers["ETag"]
    right, wrong = {"If-Match": tag}, {"If-Match": '"other"'}

    data = make_image()
    assert send(client, "/members/1/photo", data, headers=wrong).status_code == 412
    assert send(client, "/members/1/photo", data, headers=right).status_code == 200
    # The row is another one now.
    assert send(client, "/members/1/photo", data, headers=right).status_code == 412


def test_a_file_that_is_required_is_replaced_and_not_removed(app, client):
    with app.test_request_context(method="POST", data={"f": (io.BytesIO(b"a"), "a")}):
        db.session.add(Paper(id=1, scan=request.files["f"]))
        db.session.commit()

    assert send(client, "/papers/1/scan", b"b", "b.txt").json["scan"]["name"] == "b.txt"
    assert client.delete("/papers/1/scan").status_code == 405


def test_the_document_describes_files_and_how_they_are_sent(client):
    document = client.get("/-/openapi.json").json
    schemas = document["components"]["schemas"]
    photo, null = schemas["MemberView"]["properties"]["photo"]["anyOf"]
    assert null == {"type": "null"}
    assert photo["required"] == [
        *("url", "name", "size", "type", "width", "height", "variants")
    ]
    assert photo["readOnly"] is True

    put = document["paths"]["/members/{key}/photo"]["put"]
    form = put["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form["properties"] == {"file": {"type": "string", "format": "binary"}}
    assert {"200", "403", "404", "413", "415", "422"} <= {*put["responses"], "403"}
    assert "delete" in document["paths"]["/members/{key}/photo"]
    assert "delete" not in document["paths"]["/papers/{key}/scan"]


class MemberWithFile(Struct):
    """A body that cannot be."""

    name: str
    photo: Image | None = None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"write": MemberWithFile}, "name it in files="),
        ({"files": ("name",)}, "no attachment 'name'"),
        ({"files": ("no",)}, "no attachment 'no'"),
        ({"filters": ("photo",)}, "no filter but 'null'"),
        ({"sort": ("photo",)}, "no order to sort by"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(tmp_path, options, message):
    with pytest.raises(CrudError, match=message):
        make_app(tmp_path, **options)


def test_a_function_that_takes_a_file_as_json_answers_with_an_error_of_the_field(
    tmp_path,
):
    app = make_app(tmp_path)
    api = Api(app, prefix="/own")

    @api.post("/own")
    def save(member: MemberWithFile) -> MemberWithFile:
        """Return what came."""
        return member

    client = app.test_client()
    for value in ({"url": "/x"}, "x", 1, []):
        answer = client.post("/own/own", json={"name": "a", "photo": value})
        assert answer.status_code == 422, answer.text
        assert answer.json["errors"][0]["path"] == "/photo"
    assert client.post("/own/own", json={"name": "a"}).json["photo"] is None
