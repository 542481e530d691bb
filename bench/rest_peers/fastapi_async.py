"""FastAPI with asyncpg and sessions of the event loop."""

import os
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from models import Article
from response_types import make_pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import selectinload

URL = os.environ["BENCH_URL"].replace("postgresql:", "postgresql+asyncpg:")
engine = create_async_engine(URL)
app = FastAPI()
ArticleModel, FlatModel = make_pydantic()


async def open_session() -> AsyncIterator[AsyncSession]:
    """Yield a session for a request."""
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


Db = Annotated[AsyncSession, Depends(open_session)]


@app.get("/nested")
async def list_nested(session: Db) -> list[ArticleModel]:
    """List articles with author and tags."""
    loaders = selectinload(Article.author), selectinload(Article.tags)
    statement = select(Article).options(*loaders).order_by(Article.id).limit(20)
    rows: Any = (await session.scalars(statement)).all()
    return rows


@app.get("/flat")
async def list_flat(session: Db) -> list[FlatModel]:
    """List articles."""
    statement = select(Article).order_by(Article.id).limit(20)
    rows: Any = (await session.scalars(statement)).all()
    return rows
