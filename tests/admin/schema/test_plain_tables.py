"""Tables without a model are shown and written, also those of another database."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from carboy import Carboy
from carboy.admin import Admin, AdminSetupError
from carboy.admin.schema import make_row_class
from carboy.auth import policy
from carboy.db import SQLAlchemy
from carboy.testing import open_client

TABLES = """
create table customer (id integer primary key, name varchar(40) not null,
  password_hash varchar(60) default 'canary');
create table old_orders (number varchar(10) primary key, amount integer not null,
  customer_id integer references customer (id));
create table keyless (a integer not null, b varchar(5) not null, note varchar(20));
insert into customer values (1, 'Ada', 'canary'), (2, 'Bob', 'canary');
insert into old_orders values ('A/1', 3, 1);
insert into keyless values (1, 'x', 'first'), (1, 'y', 'second');
"""


class Site:
    def __init__(self, folder: Path) -> None:
        with sqlite3.connect(folder / "old.db") as connection:
            connection.executescript(TABLES)
        connection.close()
        self.db, self.admin = SQLAlchemy(), Admin()
        self.app = Carboy("old", instance_path=str(folder))
        self.app.config.update(
            SECRET_KEY="k" * 40,
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'main.db'}",
            SQLALCHEMY_BINDS={"old": f"sqlite:///{folder / 'old.db'}"},
        )
        self.admin.guard(lambda: True)

    def use(self) -> Any:
        self.app.use(self.db, self.admin)
        with open_client(self.app) as client:
            return client


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr("carboy.auth.policy_registry._policies", {})
    return Site(tmp_path)


def test_rows_of_another_database_are_listed_searched_and_written(site: Site) -> None:
    site.admin.register_table("customer", bind="old")
    site.admin.register_table("old_orders", bind="old", editable=["amount"])
    client = site.use()

    text = client.get("/-/admin/customer/?q=ada").text
    assert "Ada" in text
    assert "Bob" not in text
    assert "canary" not in text + client.get("/-/admin/customer/1").text
    sent = {"number": "B 2", "amount": "7", "customer_id": "Bob"}
    answer = client.post("/-/admin/old-orders/-/new", data=sent)
    assert answer.status_code == 303, answer.text
    assert "7" in client.get(answer.location).text
    key = answer.location.rpartition("/")[2]
    assert client.get(f"/-/admin/old-orders/{key}/cell/amount").status_code == 200
    history = client.get(f"/-/admin/old-orders/{key}/history").text
    assert "B 2" in history
    assert "password_hash" not in client.get("/-/admin/customer/1/edit").text
    found = client.get("/-/admin/-/search?q=ada").text
    assert "/-/admin/customer/1" in found


def test_a_table_without_a_key_is_told_its_columns(site: Site) -> None:
    keyed = site.admin.register_table("keyless", bind="old", primary_key=["a", "b"])
    client = site.use()

    assert keyed.__name__ == "Keyless"
    assert "second" in client.get("/-/admin/keyless/1~y").text
    assert client.get("/-/admin/keyless/1~z").status_code == 404


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("keyless", {}, "no primary key"),
        ("keyless", {"primary_key": ["c"]}, "The table has a, b, note"),
        ("nothing", {}, "There is no table 'nothing' in the database of the bind"),
        ("customer", {"columns": ["password_hash"]}, "never shown"),
    ],
)
def test_what_cannot_be_shown_is_told(
    site: Site, name: str, options: dict[str, Any], message: str
) -> None:
    site.admin.register_table(name, bind="old", **options)
    site.use()

    with (
        site.app.app_context(),
        pytest.raises(AdminSetupError, match=message),
    ):
        _ = site.app.extensions["carboy.admin"].admins


def test_a_table_of_the_site_is_not_read_again(site: Site) -> None:
    site.db.Table(
        "plain", sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Text)
    )
    plain = site.admin.register_table("plain")
    client = site.use()
    with site.app.app_context():
        site.db.create_all()

    assert client.post("/-/admin/plain/-/new", data={"x": "hello"}).status_code == 303
    assert sa.inspect(plain).local_table is site.db.metadata.tables["plain"]


def test_policies_are_about_the_class_of_a_table(site: Site) -> None:
    customer = site.admin.register_table("customer", bind="old")

    @policy("admin.view", customer)
    def may_view(_user: Any, row: Any) -> bool:
        return bool(row.name == "Ada")

    client = site.use()

    # The guard admits, and then the policy is asked: nobody is logged in.
    assert client.get("/-/admin/customer/").status_code == 404


def test_classes_have_names_that_people_read() -> None:
    assert make_row_class("old_orders").__name__ == "OldOrders"
    assert make_row_class("shop.line").__name__ == "ShopLine"
