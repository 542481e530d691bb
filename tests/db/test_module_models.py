"""Models of modules work in the database of whichever site is at work."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from carboy.core import Extension, Wiring, registry_of
from carboy.core.check import run_checks
from carboy.db import Model, SQLAlchemy
from carboy.errors import WiringError


class ShopModel(Model):
    """The base of the models of a module."""

    __table_prefix__ = "shop_"


class Basket(ShopModel):
    """Something that is bought."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(80))


class Shop(Extension):
    name = "shop"
    needs = ("db",)

    def install(self, wiring: Wiring) -> None:
        wiring.models(ShopModel)


def make_site(make_app: Any, url: str) -> tuple[Any, Any]:
    db = SQLAlchemy()
    app = make_app(db, DATABASE_URL=url)
    Shop().init_app(app)
    return app, db


def test_the_same_models_serve_two_sites(make_app, tmp_path) -> None:
    sites = [make_site(make_app, f"sqlite:///{tmp_path}/{n}.db") for n in "ab"]
    for number, (app, db) in enumerate(sites):
        with app.app_context():
            db.create_all()
            Basket.create(title=f"basket {number}")
            db.session.commit()

    for number, (app, _) in enumerate(sites):
        with app.app_context():
            assert [row.title for row in Basket.query] == [f"basket {number}"]


def test_tables_of_the_site_may_refer_to_those_of_a_module(make_app, tmp_path) -> None:
    app, db = make_site(make_app, f"sqlite:///{tmp_path}/a.db")

    class Note(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        basket_id = db.Column(db.ForeignKey(Basket.id), nullable=False)
        basket = db.relationship(Basket)

    with app.app_context():
        db.create_all()
        db.session.add(Note(basket=Basket(title="blue")))
        db.session.commit()
        assert db.session.scalars(db.select(Note)).one().basket.title == "blue"
        db.drop_all()
        assert sa.inspect(db.engine).get_table_names() == []


def test_models_of_a_module_that_is_not_installed_say_so(make_app, tmp_path) -> None:
    app = make_app(SQLAlchemy(), DATABASE_URL=f"sqlite:///{tmp_path}/a.db")

    with app.app_context(), pytest.raises(WiringError, match="install the module"):
        Basket.query  # noqa: B018 - reading it is the test


def test_a_table_that_two_declare_is_refused_before_the_start(
    make_app, tmp_path
) -> None:
    app, db = make_site(make_app, f"sqlite:///{tmp_path}/a.db")
    db.Table("shop_basket", db.Column("id", db.Integer, primary_key=True))

    checks = [*run_checks(app, registry_of(app).checkers)]

    assert [check.id for check in checks] == ["db.E001"]
    assert "declared by the site and by the module shop" in checks[0].message
