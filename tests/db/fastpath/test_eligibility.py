"""What counts can be counted where it lies, and what not."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import SQLAlchemy
from carboy.db.fastpath.eligibility import is_candidate, make_count

pytestmark = pytest.mark.fast_path


@pytest.fixture
def model() -> Any:
    db = SQLAlchemy()

    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        n = db.Column(db.Integer)

    return Item


def test_plain_counts(model) -> None:
    counted = make_count(sa.select(model).where(model.n > 1).order_by(model.id))

    assert " ".join(str(counted).split()) == (
        "SELECT count(*) AS count_1 FROM item WHERE item.n > :n_1"
    )


def test_other_counts_are_left_to_a_subquery(model) -> None:
    plain = sa.select(model)

    for statement in (
        plain.distinct(),
        plain.group_by(model.n),
        plain.limit(1),
        plain.offset(1),
        plain.options(sa.orm.lazyload("*")),
        sa.select(model, model),
        sa.select(sa.func.count()),
    ):
        assert make_count(statement) is None


def test_a_glance(model) -> None:
    assert is_candidate(sa.select(model))
    assert not is_candidate(sa.select(model).with_for_update())
    assert not is_candidate(sa.insert(model))
    assert not is_candidate("SELECT 1")
