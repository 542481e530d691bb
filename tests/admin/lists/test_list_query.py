"""The order of a list ends with its key, and names only what is visible."""

import sqlalchemy as sa

from carboy.admin.lists import ListQuery, list_sort_keys, make_conditions, make_loaders
from carboy.admin.schema import make_model_admin, make_options
from carboy.admin.schema.attributes import list_attributes
from tests.admin import zoo

HOUSE = make_model_admin(zoo.House, "house", make_options(zoo.House, {}))
VISIBLE = list_attributes(sa.inspect(zoo.House), {})


def test_the_key_decides_between_equal_rows() -> None:
    assert [*list_sort_keys(HOUSE, ("-name", "nothing"), VISIBLE)] == ["name", "id"]
    assert list_sort_keys(HOUSE, (), VISIBLE)["id"].is_descending


def test_each_word_of_a_search_must_match() -> None:
    query = ListQuery(search="big cats 100%")

    text = str(query.select(HOUSE, make_conditions(lambda _: VISIBLE), VISIBLE))

    assert text.count("LIKE") == 3


def test_a_relation_is_one_loader() -> None:
    cage = make_model_admin(zoo.Cage, "cage", make_options(zoo.Cage, {}))

    assert len(make_loaders(cage, cage.columns, {})) == 3
