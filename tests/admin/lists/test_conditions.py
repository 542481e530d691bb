"""Names of filters come from what is visible, and values are parameters."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.admin.lists import FilterError, make_conditions, parse_filter
from carboy.admin.schema import make_model_admin, make_options
from carboy.admin.schema.attributes import list_attributes
from tests.admin import zoo


def compile_filter(text: str) -> Any:
    def visible(model: type[Any]) -> Any:
        return list_attributes(sa.inspect(model), {})

    admin = make_model_admin(zoo.Cage, "cage", make_options(zoo.Cage, {}))
    tree = parse_filter(text)
    assert tree is not None
    return make_conditions(visible).make(admin, tree).compile()


def test_values_are_parameters() -> None:
    compiled = compile_filter('label = "x\' OR 1=1"')

    assert "OR" not in str(compiled)
    assert "x' OR 1=1" in compiled.params.values()


def test_relations_are_followed_by_subqueries() -> None:
    assert "EXISTS" in str(compile_filter("house.name ~ x"))
    assert "NOT (EXISTS" in str(compile_filter("animals is empty"))


@pytest.mark.parametrize("text", ["label.x = 1", "a.b.c.d.e = 1", "label < 1"])
def test_paths_that_lead_nowhere_are_errors(text: str) -> None:
    with pytest.raises(FilterError):
        compile_filter(text)
