"""A value that another row has is named by its field, on each database."""

from typing import ClassVar

import pytest
from msgspec import UNSET, Struct, UnsetType, field
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from carboy import Carboy, Settings
from carboy.db import SQLAlchemy
from carboy.rest import Api

db = SQLAlchemy()
TAKEN = "This is taken already."
TOGETHER = "This combination is taken already."


class Hall(db.Model):
    """A hall with seats."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


class Seat(db.Model):
    """A seat that is there once."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    number: Mapped[int | None]
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("hall.id"))
    hall: Mapped[Hall | None] = relationship()
    slug: Mapped[str | None] = mapped_column(String(60), unique=True)
    level: Mapped[int] = mapped_column(CheckConstraint("level > 0"), default=1)
    __table_args__ = (UniqueConstraint("hall_id", "number"),)


class SeatIn(Struct, kw_only=True):
    """A seat, as clients send one."""

    code: str | UnsetType = field(default=UNSET, name="seatCode")
    number: int | None = None
    hall: int | None = None
    level: int = 1


class Ticket(db.Model):
    """A ticket that names a seat, and perhaps another one, by their keys."""

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    next_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))


class Coat(db.Model):
    """A coat at a peg, which the model leaves out: a trigger or a job sets it."""

    __table__ = db.Table(
        "coat",
        db.Column("id", db.Integer, primary_key=True),
        db.Column("seat_id", ForeignKey("seat.id")),
        db.Column("hall_id", ForeignKey("hall.id"), server_default="9"),
    )
    __mapper_args__: ClassVar = {"exclude_properties": ["hall_id"]}


class CoatIn(Struct, kw_only=True):
    """A coat, as clients send one."""

    seat_id: int | None = None


class TicketIn(Struct, kw_only=True):
    """A ticket, as clients send one."""

    seat_id: int = field(name="seatId")
    next_id: int | None = None


def set_slug(row):
    row.slug = "other" if row.code == "OTHER" else None


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def client(request, tmp_path):
    url = f"sqlite:///{tmp_path}/seats.db"
    if request.param != "sqlite":
        url = request.getfixturevalue(f"fresh_{request.param}")
    environ = {
        "CARBOY_PROFILE": "testing",
        "DATABASE_URL": url,
        "LANGUAGES": "en,zh-CN",
    }
    settings = Settings.load({}, root=tmp_path, environ=environ)
    app = Carboy("seats", instance_path=str(tmp_path), settings=settings)
    app.use(db)
    api = Api(app)
    api.crud("/coats", Coat, read=("id",), write=CoatIn)
    api.crud("/tickets", Ticket, read=("id",), write=TicketIn, bulk=True)
    api.crud(
        "/seats",
        Seat,
        read=("id", "code", "number"),
        write=SeatIn,
        bulk=True,
        prepare=set_slug,
    )
    with app.app_context():
        db.create_all()
        db.session.add(Hall(id=1, name="A"))
        db.session.commit()
    client = app.test_client()
    first = {"seatCode": "one", "hall": 1, "number": 7}
    assert client.post("/seats", json=first).status_code == 201
    return client


def errors_of(answer):
    assert answer.status_code == 409, answer.text
    assert answer.mimetype == "application/problem+json"
    errors = answer.json.get("errors", [])
    return [(each["path"], each["code"], each["message"]) for each in errors]


def test_each_change_names_the_field_as_clients_write_it(client):
    taken = [("/seatCode", "taken", TAKEN)]
    row = client.post("/seats", json={"seatCode": "two"}).json
    address = f"/seats/{row['id']}"

    assert errors_of(client.post("/seats", json={"seatCode": "one"})) == taken
    assert errors_of(client.patch(address, json={"seatCode": "one"})) == taken
    assert errors_of(client.put(address, json={"seatCode": "one"})) == taken
    assert client.get(address).json["code"] == "two"
    assert client.post("/seats", json={"seatCode": "three"}).status_code == 201


def test_values_that_are_taken_together_are_all_named(client):
    answer = client.post("/seats", json={"seatCode": "x", "hall": 1, "number": 7})

    assert errors_of(answer) == [
        ("/number", "taken", TOGETHER),
        ("/hall", "taken", TOGETHER),
    ]


def test_words_are_in_the_language_of_the_visitor(client):
    chinese = {"Accept-Language": "zh-CN"}
    answer = client.post("/seats", json={"seatCode": "one"}, headers=chinese)

    assert errors_of(answer) == [("/seatCode", "taken", "已被占用。")]


def test_of_many_rows_the_one_is_named(client):
    fresh = [{"seatCode": f"n{number}"} for number in range(3)]

    taken = client.post("/seats/bulk", json=[*fresh, {"seatCode": "one"}])
    twice = client.post("/seats/bulk", json=[*fresh, {"seatCode": "n1"}])

    assert errors_of(taken) == [("/3/seatCode", "taken", TAKEN)]
    assert errors_of(twice) == [("/3/seatCode", "taken", TAKEN)]
    assert client.get("/seats").json["total"] == 1


@pytest.mark.parametrize(
    "values",
    [
        # Taken is what the site sets itself.
        {"seatCode": "OTHER"},
        {"seatCode": "x", "level": -1},
    ],
)
def test_what_clients_do_not_write_is_not_named(client, values):
    if values["seatCode"] != "x":
        with client.application.app_context():
            db.session.add(Seat(code="unlike", slug="other"))
            db.session.commit()

    assert errors_of(client.post("/seats", json=values)) == []


@pytest.mark.parametrize(
    ("tickets", "paths"),
    [
        ([{"seatId": 9}], ["/seatId"]),
        ([{"seatId": 1, "next_id": 9}], ["/next_id"]),
        ([{"seatId": 8, "next_id": 9}], ["/seatId", "/next_id"]),
        ([{"seatId": 1}, {"seatId": 1}, {"seatId": 9}], ["/2/seatId"]),
    ],
)
def test_a_key_of_a_row_that_is_not_there_is_named(client, tickets, paths):
    if len(tickets) == 1:
        answer = client.post("/tickets", json=tickets[0])
    else:
        answer = client.post("/tickets/bulk", json=tickets)

    found = errors_of(answer)

    assert sorted(path for path, *_ in found) == sorted(paths)
    assert {code for _, code, _ in found} == {"invalid"}
    assert client.get("/tickets").json["total"] == 0


def test_a_key_that_the_model_leaves_out_is_a_conflict_without_a_field(client):
    assert errors_of(client.post("/coats", json={})) == []
    assert errors_of(client.post("/coats", json={"seat_id": 9})) == [
        ("/seat_id", "invalid", "This is not a valid value.")
    ]
