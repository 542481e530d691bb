"""The options of `@cached`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from .function_calls import Tags
from .page_keys import Variation
from .shareability import PerUser


class PageKeywords(TypedDict, total=False):
    """The keyword options of `@cached`."""

    forced_update: Callable[..., Any] | None
    is_stale: Callable[..., Any] | None
    response_filter: Callable[[Any], Any] | None
    query_string: bool
    hash_method: Any
    cache_none: bool
    make_cache_key: Callable[..., str] | None
    source_check: bool | None
    response_hit_indication: bool | None
    per_user: bool | Callable[[], Any]
    vary_on: Iterable[Variation]
    tags: Tags
    stale: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageOptions:
    """How the results of one function are cached."""

    key_prefix: str | Callable[[], str] = "view/%s"
    unless: Callable[..., Any] | None = None
    forced_update: Callable[..., Any] | None = None
    is_stale: Callable[..., Any] | None = None
    response_filter: Callable[[Any], Any] | None = None
    query_string: bool = False
    # Accepted for old code: keys always have 128 bits of BLAKE2.
    hash_method: Any = None
    cache_none: bool = False
    make_cache_key: Callable[..., str] | None = None
    source_check: bool | None = None
    response_hit_indication: bool | None = False
    per_user: PerUser = False
    vary_on: Iterable[Variation] = ()
    tags: Tags = ()
    stale: float | None = None

    @property
    def has_own_key(self) -> bool:
        """Whether the site defines the key itself."""
        own = callable(self.key_prefix) or self.make_cache_key is not None
        return own or any(callable(item) for item in self.vary_on)

    @property
    def is_simple(self) -> bool:
        """Whether the key is the path and the query alone, for everybody."""
        asks = (
            self.unless, self.forced_update, self.is_stale, self.per_user,
            self.response_hit_indication, self.vary_on,
        )  # fmt: skip
        return not (self.has_own_key or any(asks))

    @property
    def varies(self) -> frozenset[str]:
        """The header names in the key, in lower case."""
        return frozenset(h.lower() for h in self.vary_on if isinstance(h, str))
