"""The options of `@cached` and `@memoize`: names, types and defaults, once for all.

The decorators take them as they stand here: see `accept_options`.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from .callbacks import Tags, Timeout
from .page_keys import Variation
from .shareability import KEY_READS, PerUser

P = ParamSpec("P")
OptionsT = TypeVar("OptionsT")
OwnerT = TypeVar("OwnerT")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class DecoratorOptions:
    """The options of both decorators."""

    timeout: Timeout = None
    _: KW_ONLY
    forced_update: Callable[..., Any] | None = None
    is_stale: Callable[..., Any] | None = None
    response_filter: Callable[[Any], Any] | None = None
    # Accepted for old code: keys always have 128 bits of BLAKE2.
    hash_method: Any = None
    cache_none: bool = False
    source_check: bool | None = None
    tags: Tags = ()
    stale: float | None = None


@dataclass(frozen=True, slots=True)
class PageOptions(DecoratorOptions):
    """The options of `@cached`."""

    key_prefix: str | Callable[[], str] = "view/%s"
    unless: Callable[..., Any] | None = None
    _: KW_ONLY
    query_string: bool = False
    make_cache_key: Callable[..., str] | None = None
    response_hit_indication: bool | None = False
    per_user: PerUser = False
    vary_on: Iterable[Variation] = ()

    @property
    def has_own_key(self) -> bool:
        """Whether the site defines the key itself."""
        is_own = callable(self.key_prefix) or self.make_cache_key is not None
        return is_own or any(callable(item) for item in self.vary_on)

    @property
    def has_path_key(self) -> bool:
        """Whether the path of the request is in the key."""
        is_own = callable(self.key_prefix) or self.make_cache_key is not None
        return not is_own and "%s" in str(self.key_prefix)

    @property
    def is_simple(self) -> bool:
        """Whether the key is the path and the query alone, for everybody."""
        others = (
            self.unless, self.forced_update, self.is_stale, self.per_user,
            self.response_hit_indication, self.vary_on,
        )  # fmt: skip
        return not (self.has_own_key or any(others))

    @property
    def reads_in_key(self) -> frozenset[str]:
        """What of the request is in the key, and may be read by the function."""
        if self.has_own_key:
            return KEY_READS
        return self.varies | {"args"} if self.query_string else self.varies

    @property
    def varies(self) -> frozenset[str]:
        """The header names in the key, in lower case."""
        return frozenset(h.lower() for h in self.vary_on if isinstance(h, str))


@dataclass(frozen=True, slots=True)
class MemoizeOptions(DecoratorOptions):
    """The options of `@memoize`."""

    make_name: Callable[[str], str] | None = None
    unless: Callable[..., Any] | None = None
    _: KW_ONLY
    args_to_ignore: Iterable[str] | None = None

    @property
    def has_predicates(self) -> bool:
        """Whether a predicate has to be called before a cached result is used."""
        return self.forced_update is not None or self.is_stale is not None


def accept_options(
    make: Callable[P, OptionsT],
) -> Callable[[Callable[[OwnerT, OptionsT], R]], Callable[Concatenate[OwnerT, P], R]]:
    """Replace the parameter `options` of a method by the fields of its class."""

    def decorate(
        method: Callable[[OwnerT, OptionsT], R],
    ) -> Callable[Concatenate[OwnerT, P], R]:
        @wraps(method)
        def with_options(owner: OwnerT, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return method(owner, make(*args, **kwargs))

        own = inspect.signature(method)
        owner_parameter = next(iter(own.parameters.values()))
        options = inspect.signature(make).parameters.values()
        signature = own.replace(parameters=[owner_parameter, *options])
        vars(with_options)["__signature__"] = signature
        return with_options

    return decorate
