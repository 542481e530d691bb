"""The same tables in Flask-Admin."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from models import Article
from sqlalchemy import create_engine
from sqlalchemy.orm import Session


class ArticleView(ModelView):
    """The list of articles."""

    column_list = ("title", "views", "rating", "published", "author")
    column_searchable_list = ("title",)
    page_size = 50


def open_console(url: str) -> Callable[[str], bytes]:
    """Return what fetches a page."""
    app = Flask("flask_admin_console")
    app.config["SECRET_KEY"] = "k" * 40
    session = Session(create_engine(url))
    Admin(app).add_view(ArticleView(Article, session))
    client = app.test_client()

    def fetch(path: str) -> bytes:
        answer = client.get(path)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(path, answer.status_code)
        session.rollback()
        session.expunge_all()
        return answer.data

    return fetch
