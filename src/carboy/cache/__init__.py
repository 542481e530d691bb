"""Pages, results and values kept for a while; nobody gets what is another's."""

from .argument_keys import CacheKeyError
from .cached_response import CachedResponse
from .extension import Cache
from .fragments import make_template_fragment_key
from .settings import CacheSettings

__all__ = [
    "Cache",
    "CacheKeyError",
    "CacheSettings",
    "CachedResponse",
    "make_template_fragment_key",
]
