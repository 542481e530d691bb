"""`carboy cache`: forget what was kept."""

import click
from flask.cli import with_appcontext

from carboy.errors import UnavailableError

from .make_service import cache_state
from .service import CacheService


@click.group(help="Forget what the cache has kept.")
def cache() -> None:
    """Hold the commands of the cache."""


@cache.command(help="Forget everything.")
@with_appcontext
def clear() -> None:
    """Empty the cache, but nothing else in the same store."""
    service = _reach()
    service.clear()
    click.echo(f"Everything under {service.prefix!r} is gone.")


@cache.command(help="Forget what is under a key.")
@click.argument("keys", nargs=-1, required=True)
@with_appcontext
def delete(keys: tuple[str, ...]) -> None:
    """Delete keys, and tell how many there were."""
    click.echo(f"{_reach().delete_many(keys)} of {len(keys)} were there.")


@cache.command(help="Forget everything that was kept under a tag.")
@click.argument("tags", nargs=-1, required=True)
@with_appcontext
def drop(tags: tuple[str, ...]) -> None:
    """Drop tags."""
    _reach().drop_tags(tags)
    click.echo(f"What was kept under {', '.join(tags)} is gone.")


def _reach() -> CacheService:
    service = cache_state.current()
    try:
        service.store.ping()
    except UnavailableError as error:
        raise click.ClickException(str(error)) from None
    if service.is_local:
        raise click.ClickException(
            "CACHE_TYPE is memory (or null): what a server keeps there is in its own "
            "process, and no command can reach it. Restart the server, or keep it in "
            "redis, file or database."
        )
    return service
