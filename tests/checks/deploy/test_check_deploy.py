"""If this passes, `check --deploy` knows enough rules, and each by an id of its own."""

from flask import Flask

from carboy.checks.deploy.check_deploy import RULES, check_deploy

ASKED_FOR = 25


def test_there_are_as_many_rules_as_production_asks_for():
    assert len(RULES) >= ASKED_FOR


def test_each_rule_has_an_id_of_its_own_and_says_what_to_do():
    ids = [rule.id for rule in RULES]

    assert len(set(ids)) == len(ids)
    assert all(rule.hint for rule in RULES)


def test_all_rules_are_asked(tmp_path):
    app = Flask("shop", root_path=str(tmp_path))
    app.config["SESSION_SERIALIZATION_FORMAT"] = "pickle"
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "dump.sql").touch()

    found = {check.id for check in check_deploy(app)}

    assert {"core.E010", "core.E046", "core.E057"} <= found
