"""Models are written in the style of SQLAlchemy 2, with types that mypy checks."""

from carboy.cli.generate.fields import parse_fields
from carboy.cli.generate.model_code import render_model
from carboy.cli.generate.names import parse_name


def test_a_model_has_a_column_for_each_field(site):
    fields = parse_fields(["title:string:80!", "state:enum:new,old", "note:references"])

    text = render_model(parse_name("book"), fields, site)

    for line in (
        "    title: Mapped[str] = mapped_column(String(80))\n",
        "    state: Mapped[BookState | None] = mapped_column(\n",
        '    note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"), index=',
        "    note: Mapped[Note | None] = relationship(foreign_keys=[note_id])\n",
        "class BookState(StrEnum):\n",
        "from shop.models import Note\n",
        "        return self.title\n",
    ):
        assert line in text


def test_a_model_may_reference_itself(site):
    fields = parse_fields(["parent:references:Category"])

    text = render_model(parse_name("category"), fields, site)

    assert 'parent: Mapped["Category | None"] = relationship(' in text
    assert "remote_side=[id], foreign_keys=[parent_id]" in text
    assert 'return f"Category {self.id}"' in text
