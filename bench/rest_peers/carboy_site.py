"""Carboy: typed operations on rows."""

import os
from typing import Annotated

from models import Article, Base
from response_types import make_structs
from sqlalchemy import select

from carboy import Carboy
from carboy.db import SQLAlchemy
from carboy.rest import Api
from carboy.rest.crud import select_rows

app = Carboy(__name__)
app.config["DATABASE_URL"] = os.environ["BENCH_URL"]
db = SQLAlchemy(model_class=Base)
db.init_app(app)
api = Api(app)
ArticleOut, FlatOut = make_structs()


@api.get("/nested")
def list_nested() -> list[Annotated[Article, ArticleOut]]:
    """List articles with author and tags."""
    return select_rows(select(Article).order_by(Article.id).limit(20))


@api.get("/flat")
def list_flat() -> list[Annotated[Article, FlatOut]]:
    """List articles."""
    return select_rows(select(Article).order_by(Article.id).limit(20))
