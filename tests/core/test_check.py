"""Checks say what is wrong, errors first, and can be silenced by id."""

from flask import Flask

from carboy.core import Check, check_obsolete, run_checks


def test_errors_come_first_and_silenced_checks_are_left_out():
    def checker(app):
        yield Check("a.W001", "a warning")
        yield Check("a.E001", "an error")
        yield Check("a.W002", "silenced")

    checks = run_checks(Flask("shop"), [checker], silenced=["a.W002"])

    assert [(c.id, c.level) for c in checks] == [
        ("a.E001", "error"),
        ("a.W001", "warning"),
    ]


def test_a_check_prints_as_a_message_with_a_hint():
    assert str(Check("a.E001", "It is wrong.", "Do this.")) == (
        "a.E001: It is wrong.\n    Do this."
    )


def test_settings_without_effect_are_listed_if_they_are_set():
    unused = {"OLD_A": "Write NEW_A.", "OLD_B": "Remove it.", "OLD_C": "Remove it."}
    config = {"OLD_A": False, "OLD_B": None, "NEW_A": 1}

    checks = list(check_obsolete(config, unused, "shop.W001"))

    assert checks == [
        Check("shop.W001", "OLD_A is set and has no effect.", "Write NEW_A.")
    ]
