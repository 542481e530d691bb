"""The first page of the console: numbers and charts, and everything that there is."""

from typing import Any

from carboy.admin.dashboard import NUMBER, compute_card

from .page import ConsolePage


def show_index(page: ConsolePage) -> Any:
    """Show what the site has registered, and the models by their groups."""
    session = page.console.session
    # In PostgreSQL one failed statement would spoil those of the next card.
    results = [
        compute_card(card, session.rollback)
        for card in page.console.registrations.cards
        if page.access.allows_summary(card.name, card.model)
    ]
    return page.show(
        "index",
        numbers=[each for each in results if each.card.kind == NUMBER],
        charts=[each for each in results if each.card.kind != NUMBER],
    )
