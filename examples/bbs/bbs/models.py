"""Topics and the replies to them."""

from datetime import UTC, datetime

from .ext import db


def now() -> datetime:
    """Give the time as the database keeps it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


class Topic(db.Model):  # type: ignore[name-defined]  # the untyped way of the notes
    """What somebody wants to talk about."""

    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(120), nullable=False)
    author = db.Column(db.String(40), nullable=False)
    text = db.Column(db.Text, nullable=False)
    made = db.Column(db.DateTime, nullable=False, default=now, index=True)
    replies = db.relationship(
        "Reply", backref="topic", lazy="dynamic", cascade="all, delete-orphan"
    )


class Reply(db.Model):  # type: ignore[name-defined]  # the untyped way of the notes
    """What somebody says to a topic."""

    id = db.Column(db.Integer, primary_key=True)
    topic_id = db.Column(db.Integer, db.ForeignKey("topic.id"), nullable=False)
    author = db.Column(db.String(40), nullable=False)
    text = db.Column(db.Text, nullable=False)
    made = db.Column(db.DateTime, nullable=False, default=now)
