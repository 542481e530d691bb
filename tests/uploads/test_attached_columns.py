"""The attachment columns of models are found, also inherited ones."""

from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.uploads import Attached, Document, attachment
from carboy.uploads.attached_columns import find_columns, list_columns


def make_models():
    db = SQLAlchemy()

    class Paper(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: Mapped[str]
        text: Attached[Document | None] = attachment(Document)
        __mapper_args__: ClassVar = {
            "polymorphic_on": "kind",
            "polymorphic_identity": "paper",
        }

    class Letter(Paper):
        stamp: Attached[Document | None] = attachment(Document)
        __mapper_args__: ClassVar = {"polymorphic_identity": "letter"}

    return db, Paper, Letter


def test_each_column_is_listed_once():
    db, _paper, _letter = make_models()

    columns = list(list_columns([db.Model.registry]))

    assert sorted(each.owner for each in columns) == ["paper.stamp", "paper.text"]


def test_a_mapper_has_the_columns_that_it_inherits():
    _db, paper, letter = make_models()

    owners = [
        sorted(each.owner for each in find_columns(model.__mapper__))
        for model in (paper, letter)
    ]

    assert owners == [["paper.text"], ["paper.stamp", "paper.text"]]


def test_the_row_of_a_file_is_read_by_its_primary_key():
    _db, paper, _letter = make_models()
    [column] = find_columns(paper.__mapper__)

    statement = str(column.select_row((7,)))

    assert "WHERE paper.id = " in statement
