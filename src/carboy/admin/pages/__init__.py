"""The pages of the console. Each asks the policy first, and writes by POST only."""

from .routes import add_pages

__all__ = ["add_pages"]
