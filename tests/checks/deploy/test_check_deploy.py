"""`check --deploy` has enough rules, each with a unique id."""

from flask import Flask

from carboy.checks.deploy.check_deploy import RULES, check_deploy

ASKED_FOR = 25


def test_there_are_enough_rules_for_production():
    assert len(RULES) >= ASKED_FOR


def test_each_rule_has_a_unique_id_and_a_hint():
    ids = [rule.id for rule in RULES]

    assert len(set(ids)) == len(ids)
    assert all(rule.hint for rule in RULES)


def test_all_rules_are_run(tmp_path):
    app = Flask("shop", root_path=str(tmp_path))
    app.config["SESSION_SERIALIZATION_FORMAT"] = "pickle"
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "dump.sql").touch()

    ids = {check.id for check in check_deploy(app)}

    assert {"core.E010", "core.E046", "core.E057"} <= ids
