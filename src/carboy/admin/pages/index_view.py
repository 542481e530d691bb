"""The first page of the console: everything that there is."""

from typing import Any

from .page import ConsolePage


def show_index(page: ConsolePage) -> Any:
    """Show the models by their groups."""
    return page.show("index")
