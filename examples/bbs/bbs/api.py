"""The REST API; its documentation is at /-/docs."""

from typing import Annotated

from flask import abort
from msgspec import Meta, Struct

from carboy.auth import authorize, current_user
from carboy.rest import Api, http_bearer, session_cookie

from . import reading, writing
from .ext import db
from .models import Board, Post, Thread


def _is_known(_scopes: object) -> bool:
    return bool(current_user.is_authenticated)


KNOWN = [http_bearer(_is_known), session_cookie(_is_known)]
api = Api(prefix="/api", title="Glass & Cork", limit="600/minute")


class PostIn(Struct):
    """What somebody says."""

    text: Annotated[str, Meta(min_length=1, max_length=10_000)]


class ThreadIn(PostIn):
    """A new thread."""

    board: str
    title: Annotated[str, Meta(min_length=3, max_length=120)]
    tags: Annotated[list[str], Meta(max_length=5)] = []


class Created(Struct):
    """Where what was written is."""

    id: int
    thread: int
    number: int


api.crud(
    "/boards",
    Board,
    read=("id", "slug", "name", "about", "thread_count", "post_count"),
)
api.crud(
    "/threads",
    Thread,
    read=("id", "board_id", "author_id", "title", "created_at", "post_count"),
    filters=("board_id", "author_id"),
    paging="key",
    scope=lambda query: query.where(Thread.is_hidden.is_(False)),
)
api.crud(
    "/posts",
    Post,
    read=("id", "thread_id", "author_id", "number", "text", "created_at"),
    filters=("thread_id", "author_id"),
    paging="key",
    scope=lambda query: query.where(*reading.VISIBLE),
)


@api.post("/threads", status=201, idempotent=True, security=KNOWN)
def create_thread(body: ThreadIn) -> Created:
    """Start a thread."""
    board = db.first_or_404(db.select(Board).filter_by(slug=body.board))
    tags = " ".join(body.tags)
    thread = writing.add_thread(board, current_user, body.title, body.text, tags)
    db.session.commit()
    return Created(thread.id, thread.id, 1)


@api.post("/threads/<int:id>/posts", status=201, idempotent=True, security=KNOWN)
def create_post(id: int, body: PostIn) -> Created:  # noqa: A002 - the name in the URL
    """Reply to a thread."""
    thread = reading.get_thread(id)
    authorize("reply", thread)
    if not body.text.strip():
        abort(422)
    post = writing.add_post(thread, current_user, body.text)
    db.session.commit()
    return Created(post.id, thread.id, post.number)
