"""The cache: pages, results of functions, template fragments and values.

What is computed for one user is never served to another. The stores themselves are in
`carboy.stores`; sessions are in `carboy.sessions`.
"""

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
