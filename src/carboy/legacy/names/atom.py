"""`werkzeug.contrib.atom`: feeds that news readers read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Response
from markupsafe import escape

Author = dict[str, str]


class FeedEntry:
    """One entry of a feed."""

    def __init__(
        self, title: str = "", content: str = "", feed_url: str = "", **options: Any
    ) -> None:
        self.title, self.content, self.feed_url = title, content, feed_url
        self.content_type = options.get("content_type", "html")
        self.url = options.get("url", "")
        self.id = options.get("id") or self.url
        self.updated: Any = options.get("updated")
        self.published = options.get("published")
        self.summary = options.get("summary")
        self.authors = _authors(options.get("author"))
        if not self.title or not self.id or self.updated is None:
            msg = "An entry needs a title, a url or an id, and updated=…"
            raise ValueError(msg)

    def generate(self) -> Iterator[str]:
        """Yield the lines of the entry."""
        yield "<entry>"
        yield _tag("title", self.title, type="text")
        yield _tag("id", self.id)
        yield _tag("updated", format_date(self.updated))
        if self.published:
            yield _tag("published", format_date(self.published))
        if self.url:
            yield f'<link href="{escape(self.url)}" />'
        yield from map(_author, self.authors)
        if self.summary:
            yield _tag("summary", self.summary, type="text")
        if self.content:
            yield _tag("content", self.content, type=self.content_type)
        yield "</entry>"


class AtomFeed:
    """A feed in the format Atom."""

    def __init__(
        self,
        title: str = "",
        entries: Any = None,
        **options: Any,
    ) -> None:
        self.title = title
        self.entries: list[FeedEntry] = [*(entries or ())]
        self.feed_url = options.get("feed_url", "")
        self.url = options.get("url", "")
        self.id = options.get("id") or self.feed_url or self.url
        self.subtitle = options.get("subtitle")
        self.updated = options.get("updated")
        self.authors = _authors(options.get("author"))
        if not self.title or not self.id:
            msg = "A feed needs a title, and feed_url=…, url=… or id=…"
            raise ValueError(msg)

    def add(self, *args: Any, **options: Any) -> None:
        """Add an entry: its title and content, or a FeedEntry."""
        if args and isinstance(args[0], FeedEntry):
            self.entries.append(args[0])
        else:
            self.entries.append(FeedEntry(*args, **options))

    def generate(self) -> Iterator[str]:
        """Yield the lines of the feed."""
        dates = [format_date(entry.updated) for entry in self.entries]
        newest = max(dates, default=format_date(datetime.now(UTC)))
        updated = format_date(self.updated) if self.updated else newest
        yield '<?xml version="1.0" encoding="utf-8"?>'
        yield '<feed xmlns="http://www.w3.org/2005/Atom">'
        yield _tag("title", self.title, type="text")
        yield _tag("id", self.id)
        yield _tag("updated", updated)
        if self.url:
            yield f'<link href="{escape(self.url)}" />'
        if self.feed_url:
            yield f'<link href="{escape(self.feed_url)}" rel="self" />'
        yield from map(_author, self.authors)
        if self.subtitle:
            yield _tag("subtitle", self.subtitle, type="text")
        for entry in self.entries:
            yield from entry.generate()
        yield "</feed>"

    def to_string(self) -> str:
        """Return the feed as text."""
        return "\n".join(self.generate())

    __str__ = to_string

    def get_response(self) -> Response:
        """Return the answer with the feed."""
        return Response(self.to_string(), mimetype="application/atom+xml")

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer a request with the feed."""
        return self.get_response()(environ, start_response)


def format_date(value: Any) -> str:
    """Return a time as Atom writes it; one without a zone is in UTC."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return str(value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _authors(author: Any) -> list[Author]:
    several = author if isinstance(author, list | tuple) else [author]
    return [{"name": a} if isinstance(a, str) else a for a in several if a]


def _author(author: Author) -> str:
    parts = "".join(
        _tag(name, author[name]) for name in ("name", "uri", "email") if name in author
    )
    return f"<author>{parts}</author>"


def _tag(name: str, text: str, **attributes: str) -> str:
    given = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{escape(text)}</{name}>"
