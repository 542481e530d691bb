"""FastAPI with sessions in threads, as its documentation shows it."""

import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from models import Article
from response_types import make_pydantic
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, selectinload

URL = os.environ["BENCH_URL"].replace("postgresql:", "postgresql+psycopg:")
engine = create_engine(URL)
app = FastAPI()
ArticleModel, FlatModel = make_pydantic()


def open_session() -> Iterator[Session]:
    """Yield a session for a request."""
    with Session(engine) as session:
        yield session


Db = Annotated[Session, Depends(open_session)]


@app.get("/nested")
def list_nested(session: Db) -> list[ArticleModel]:
    """List articles with author and tags."""
    loaders = selectinload(Article.author), selectinload(Article.tags)
    statement = select(Article).options(*loaders).order_by(Article.id).limit(20)
    rows: Any = session.scalars(statement).all()
    return rows


@app.get("/flat")
def list_flat(session: Db) -> list[FlatModel]:
    """List articles."""
    rows: Any = session.scalars(select(Article).order_by(Article.id).limit(20)).all()
    return rows
