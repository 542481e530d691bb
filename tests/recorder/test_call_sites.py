"""A query is traced to the line of the site, or of its template, that caused it."""

import sqlalchemy as sa
from flask import render_template
from sqlalchemy.orm import Mapped, mapped_column, relationship

from carboy.db import SQLAlchemy

from .conftest import LOCAL, get_last


def test_a_loop_of_queries_is_named_with_the_line_of_the_template(make_site, tmp_path):
    db = SQLAlchemy()

    class Shelf(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        items: Mapped[list["Item"]] = relationship()

    class Item(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        shelf_id: Mapped[int] = mapped_column(sa.ForeignKey("shelf.id"))

    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "shelves.html").write_text(
        "<body>\n{% for shelf in shelves %}\n{{ shelf.items|length }}\n{% endfor %}"
    )
    app = make_site(db)
    app.jinja_loader.searchpath.append(str(folder))

    @app.get("/")
    def index():
        return render_template("shelves.html", shelves=Shelf.query.all())

    with app.app_context():
        db.create_all()
        db.session.add_all([Shelf(items=[Item(), Item()]) for _ in range(5)])
        db.session.commit()
    app.test_client().get("/", **LOCAL)

    trace = get_last(app)
    assert trace.summary.warnings == ("loop",)
    answer = (
        app.test_client().get(f"/-/debug/api/traces/{trace.summary.id}", **LOCAL).json
    )
    [group] = answer["groups"]
    assert group["count"] == 5
    assert group["place"] == f"{folder / 'shelves.html'}:3"
