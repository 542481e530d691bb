"""The admin of a blog, as the examples of Flask-Admin build it."""

import os
from pathlib import Path

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.fileadmin import FileAdmin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

STATE = Path(os.environ["STATE"])

app = Flask("admin_site")
app.config["SECRET_KEY"] = "a key of this proof"
app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{STATE / 'blog.db'}"
db = SQLAlchemy(app)


class Author(db.Model):
    """A person who writes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    posts: Mapped[list["Post"]] = relationship(back_populates="author")

    def __str__(self) -> str:
        return self.name


class Post(db.Model):
    """A text of an author."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    is_public: Mapped[bool] = mapped_column(default=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author | None] = relationship(back_populates="posts")


class AuthorView(ModelView):
    """Authors with a search and an export."""

    can_export = True
    column_searchable_list = ("name",)
    column_editable_list = ("name",)


class PostView(ModelView):
    """Posts with filters."""

    can_view_details = True
    column_list = ("id", "title", "is_public", "author")
    column_filters = ("title", "is_public", "author.name")
    page_size = 5


def _fill() -> None:
    db.create_all()
    if not db.session.query(Author).count():
        authors = [Author(name="Ann"), Author(name="<Bøb>")]
        db.session.add_all(authors)
        db.session.add_all(
            Post(title=f"Post {number}", author=authors[number % 2])
            for number in range(12)
        )
        db.session.commit()


files = STATE / "files"
files.mkdir(exist_ok=True)
(files / "note.txt").write_text("a note")
with app.app_context():
    _fill()
    admin = Admin(app, name="Blog")
    admin.add_view(AuthorView(Author, db.session))
    admin.add_view(PostView(Post, db.session))
    admin.add_view(FileAdmin(str(files), name="Files"))
