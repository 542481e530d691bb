"""`carboy cache`: delete cached values."""

import click
from flask.cli import with_appcontext

from carboy.errors import UnavailableError

from .make_service import cache_state
from .service import CacheService


@click.group(help="Delete cached values.")
def cache() -> None:
    """Group the commands of the cache."""


@cache.command(help="Delete everything.")
@with_appcontext
def clear() -> None:
    """Delete everything of the cache, and nothing else in the same store."""
    service = _reachable_service()
    service.clear()
    click.echo(f"Deleted everything under {service.prefix!r}.")


@cache.command(help="Delete keys.")
@click.argument("keys", nargs=-1, required=True)
@with_appcontext
def delete(keys: tuple[str, ...]) -> None:
    """Delete keys, and print how many existed."""
    count = _reachable_service().delete_many(keys)
    click.echo(f"Deleted {count} of {len(keys)} keys.")


@cache.command(help="Invalidate everything under a tag.")
@click.argument("tags", nargs=-1, required=True)
@with_appcontext
def drop(tags: tuple[str, ...]) -> None:
    """Drop tags, which invalidates what was stored under them."""
    _reachable_service().drop_tags(tags)
    click.echo(f"Dropped {', '.join(tags)}.")


def _reachable_service() -> CacheService:
    service = cache_state.current()
    try:
        service.store.ping()
    except UnavailableError as error:
        raise click.ClickException(str(error)) from None
    if service.is_local:
        raise click.ClickException(
            "CACHE_TYPE is memory (or null): the values are inside the process of the "
            "server, and no command can reach them. Restart the server, or set "
            "CACHE_TYPE to redis, file or database."
        )
    return service
