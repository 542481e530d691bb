"""The pages of accounts; each answers programs with JSON by the same rules."""

from .event_texts import event_text
from .routes import add_pages

__all__ = ["add_pages", "event_text"]
