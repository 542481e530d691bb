# ruff: noqa: S311 - rows by chance, no secrets
"""The pages of both Flask sites, identical for both."""

from random import randint, sample
from typing import Any

from flask import Flask, jsonify
from measure import PAGE, QUERIES, WORLDS

ESCAPED, ENDED = "{% autoescape true %}", "{% endautoescape %}"
FORTUNES = (
    "<!doctype html><title>Fortunes</title><table>"
    "{% for f in fortunes %}<tr><td>{{ f.id }}<td>{{ f.message }}{% endfor %}</table>"
)


def add_views(app: Flask, db: Any) -> None:
    """Declare the models and add the pages."""

    class World(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        randomnumber = db.Column(db.Integer)

        def to_dict(self) -> dict[str, int]:
            return {"id": self.id, "randomNumber": self.randomnumber}

    class Fortune(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        message = db.Column(db.String(2048))

    @app.get("/single")
    def single() -> Any:
        return jsonify(db.session.get(World, randint(1, WORLDS)).to_dict())

    @app.get("/queries")
    def queries() -> Any:
        worlds = [db.session.get(World, randint(1, WORLDS)) for _ in range(QUERIES)]
        return jsonify([world.to_dict() for world in worlds])

    # As a template in a file, which is compiled once.
    page_of_fortunes = app.jinja_env.from_string(f"{ESCAPED}{FORTUNES}{ENDED}").render

    @app.get("/fortunes")
    def fortunes() -> str:
        results = list(db.session.scalars(db.select(Fortune)))
        results.append(
            Fortune(id=0, message="Additional fortune added at request time.")
        )
        results.sort(key=lambda fortune: fortune.message)
        return page_of_fortunes(fortunes=results)

    @app.get("/updates")
    def updates() -> Any:
        worlds = [
            db.session.get(World, number)
            for number in sorted(sample(range(1, WORLDS + 1), QUERIES))
        ]
        for world in worlds:
            world.randomnumber = randint(1, WORLDS)
        answer = [world.to_dict() for world in worlds]
        db.session.commit()
        return jsonify(answer)

    @app.get("/again")
    def again() -> Any:
        results = [db.session.get(World, 7) for _ in range(QUERIES)]
        return jsonify(results[0].to_dict())

    @app.get("/nothing")
    def nothing() -> Any:
        return jsonify({})

    add_pages(app, World)


def add_pages(app: Flask, world: Any) -> None:
    """Add the pages of a long list."""

    @app.get("/page")
    def page() -> Any:
        query = world.query.filter(world.randomnumber > 500).order_by(world.id)
        return jsonify([w.to_dict() for w in query.limit(PAGE).offset(3 * PAGE)])

    @app.get("/counted")
    def counted() -> Any:
        query = world.query.filter(world.id <= 10 * PAGE).order_by(world.id)
        results = query.paginate(page=4, per_page=PAGE)
        return jsonify([w.to_dict() for w in results.items], results.total)
