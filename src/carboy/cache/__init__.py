"""Pages, results and values kept for a while; nobody gets what is another's."""

from .extension import Cache
from .fragments import make_template_fragment_key
from .keys import CacheKeyError
from .pages import CachedResponse
from .settings import CacheSettings

__all__ = [
    "Cache",
    "CacheKeyError",
    "CacheSettings",
    "CachedResponse",
    "make_template_fragment_key",
]
