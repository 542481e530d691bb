"""Every mapped class has a page, and an address of its own."""

from typing import Any

from carboy.admin.schema import list_models, make_slugs
from tests.admin import zoo
from tests.admin.conftest import Site


def test_all_models_are_found(sqlite_site: Site) -> None:
    assert {*list_models(sqlite_site.app, zoo.db)} == {*zoo.MODELS}


def test_models_of_one_name_have_different_addresses() -> None:
    kinds: list[Any] = [type("OrderLine", (), {"__module__": m}) for m in "aba"]

    slugs = list(make_slugs(kinds).values())

    assert slugs == ["order-line", "b-order-line", "a-order-line"]
