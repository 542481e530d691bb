"""The pages for developers: the inbox, and previews of mails."""

from .inbox import add_inbox
from .previews import Previews, add_previews

__all__ = ["Previews", "add_inbox", "add_previews"]
