"""A name that is gone, or has another shape, is found; nothing is missing today."""

import pytest
from sqlalchemy import orm
from sqlalchemy.orm import loading
from sqlalchemy.sql import compiler

from carboy.db.fastpath.requirements import REQUIRED, find_missing

pytestmark = pytest.mark.fast_path


def test_this_sqlalchemy_has_all() -> None:
    assert find_missing() == []


def test_a_function_that_is_gone_is_found(monkeypatch) -> None:
    monkeypatch.delattr(loading, "_new_runid")

    assert find_missing() == ["sqlalchemy.orm.loading._new_runid"]


def test_a_method_with_another_parameter_is_found(monkeypatch) -> None:
    def flush(self: object, objects: object = None, order: object = None) -> None:
        """Do what a later version may do."""

    monkeypatch.setattr(orm.Session, "_flush", flush)

    assert find_missing() == ["sqlalchemy.orm.session.Session._flush"]


def test_a_class_that_is_gone_is_found(monkeypatch) -> None:
    monkeypatch.delattr(compiler, "SQLCompiler")

    missing = find_missing()

    assert missing[0] == "sqlalchemy.sql.compiler.SQLCompiler"
    assert "sqlalchemy.sql.compiler.SQLCompiler.positiontup" in missing


def test_an_attribute_of_instances_that_is_gone_is_found(monkeypatch) -> None:
    monkeypatch.setitem(REQUIRED, "sqlalchemy.orm.mapper", "Mapper.batch _gone")

    assert find_missing() == ["sqlalchemy.orm.mapper.Mapper._gone"]


@pytest.mark.parametrize("line", ["any", "any_name(a)", "Any.name"])
def test_a_module_that_is_gone_is_found(monkeypatch, line) -> None:
    monkeypatch.setitem(REQUIRED, "sqlalchemy.gone", line)

    assert find_missing() == ["sqlalchemy.gone.*"]
