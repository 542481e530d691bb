"""The page that `carboy dev` shows at `/` of an app that has no such page yet.

It stands outside of the app, which is served unchanged and has answered 404 already.
"""

from .fallback import with_welcome

__all__ = ["with_welcome"]
