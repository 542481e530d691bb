"""The panel of the cache: where it is, whether it answers, and how to empty it."""

from carboy.core import (
    Panel,
    PanelAction,
    PanelQuery,
    PanelRow,
    PanelTable,
    PanelView,
)
from carboy.errors import RefusedError, UnavailableError
from carboy.translation import gettext, lazy_gettext

from .service import CacheService


def make_panel(service: CacheService) -> Panel:
    """Return the panel of a cache."""
    return Panel(
        name="cache",
        label=lazy_gettext("Cache"),
        read=lambda query: read_cache(service, query),
        actions={
            "drop": PanelAction(
                label=lazy_gettext("Drop"),
                asks_for=lazy_gettext("Tag"),
                run=lambda tag: drop(service, tag),
            ),
            "delete": PanelAction(
                label=lazy_gettext("Delete"),
                asks_for=lazy_gettext("Key"),
                run=lambda key: delete(service, key),
            ),
            "clear": PanelAction(
                label=lazy_gettext("Delete everything"),
                question=lazy_gettext("Each page is computed again then."),
                is_dangerous=True,
                run=lambda _key: clear(service),
            ),
        },
    )


def read_cache(service: CacheService, _query: PanelQuery) -> PanelView:
    """Show the store, and whether it answers."""
    problem = _find_problem(service)
    note = problem
    if not problem and service.is_local:
        note = gettext(
            "Each process has a cache of its own: a button here reaches this one only."
        )
    rows = (
        PanelRow((gettext("Store"), type(service.store.store).__name__)),
        PanelRow((gettext("Prefix"), service.prefix)),
    )
    return PanelView(
        note=note,
        tone="bad" if problem else "",
        actions=() if problem else ("drop", "delete", "clear"),
        tables=(
            PanelTable(gettext("Cache"), (gettext("Name"), gettext("Value")), rows),
        ),
    )


def drop(service: CacheService, tag: str) -> str:
    """Invalidate what was stored under a tag."""
    if not service.drop_tags([tag]):
        raise RefusedError(gettext("The store does not answer."))
    return gettext("Dropped %(tag)s.", tag=tag)


def delete(service: CacheService, key: str) -> str:
    """Delete a key."""
    if not service.delete(key):
        if service.store.is_unavailable:
            raise RefusedError(gettext("The store does not answer."))
        raise RefusedError(gettext("There is no key %(key)s.", key=key))
    return gettext("Deleted %(key)s.", key=key)


def clear(service: CacheService) -> str:
    """Delete everything of the cache, and nothing else in the same store."""
    if not service.clear():
        raise RefusedError(gettext("The store does not answer."))
    return gettext("Deleted everything.")


def _find_problem(service: CacheService) -> str:
    try:
        service.store.ping()
    except UnavailableError as error:
        return str(error)
    return ""
