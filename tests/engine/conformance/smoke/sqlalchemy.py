"""Flask-SQLAlchemy: create, read, change, delete, pages, and the session's end."""

import flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select


def make_app():
    app = flask.Flask("books")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db = SQLAlchemy(app)

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(80), unique=True, nullable=False)

    with app.app_context():
        db.create_all()

    @app.post("/books")
    def create():
        book = Book(title=flask.request.json["title"])
        db.session.add(book)
        db.session.commit()
        return {"id": book.id, "title": book.title}, 201

    @app.get("/books")
    def index():
        page = db.paginate(select(Book).order_by(Book.id), per_page=2, max_per_page=5)
        return {"titles": [book.title for book in page], "total": page.total}

    @app.get("/books/<int:book_id>")
    def show(book_id):
        return {"title": db.get_or_404(Book, book_id).title}

    @app.put("/books/<int:book_id>")
    def change(book_id):
        book = Book.query.get_or_404(book_id)
        book.title = flask.request.json["title"]
        db.session.commit()
        return {"title": book.title}

    @app.delete("/books/<int:book_id>")
    def delete(book_id):
        db.session.delete(db.get_or_404(Book, book_id))
        db.session.commit()
        return "", 204

    @app.get("/forgotten")
    def forgotten():
        db.session.add(Book(title="never committed"))
        db.session.flush()
        return {"seen": Book.query.count()}

    return app, db


def run(tell, say):
    app, db = make_app()
    client = app.test_client()
    for title in ("one", "two", "drei ü"):
        tell("create", client.post("/books", json={"title": title}))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.logger.disabled = True
    tell("twice", client.post("/books", json={"title": "one"}))
    tell("all", client.get("/books"))
    tell("page 2", client.get("/books?page=2"))
    tell("page 9", client.get("/books?page=9"))
    tell("one", client.get("/books/3"))
    tell("none", client.get("/books/99"))
    tell("change", client.put("/books/1", json={"title": "changed"}))
    tell("delete", client.delete("/books/2"))
    tell("forgotten", client.get("/forgotten"))
    tell("all after", client.get("/books"))
    say("session removed", not db.session.registry.registry)
