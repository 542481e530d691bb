"""If this passes, a file is changed at its places only, or not at all."""

from pathlib import PurePath

from carboy.upgrade import choose_rules, parse_targets, rewrite
from carboy.upgrade.rewrite import FileOutcome
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit


def run(text: str | bytes, *rules: UpgradeRule) -> FileOutcome:
    raw = text if isinstance(text, bytes) else text.encode()
    return rewrite(
        raw, PurePath("a.py"), ["python"], rules or choose_rules(parse_targets(""))
    )


def make_rule(text: str) -> UpgradeRule:
    def check(module):
        start = module.source.data.find(b"old")
        if start >= 0:
            yield Finding(start, "old", (Edit(start, start + 3, text),))

    return UpgradeRule("own", "Own", "Own.", "", "0", ("old",), check, ())


def test_rules_of_different_ids_end_in_one_run():
    text = (
        "from flask.ext.wtf import Form\nfrom wtforms import TextField\n"
        "from wtforms.validators import Required\n\n\nclass F(Form):\n"
        "    name = TextField(validators=[Required()])  # ünchanged\n"
    )

    outcome = run(text)

    assert outcome.after.decode() == (
        "from flask_wtf import FlaskForm\nfrom wtforms import StringField\n"
        "from wtforms.validators import DataRequired\n\n\nclass F(FlaskForm):\n"
        "    name = StringField(validators=[DataRequired()])  # ünchanged\n"
    )
    assert not run(outcome.after).is_changed


def test_lines_are_those_of_the_file_as_it_was():
    text = "from flask import Flask, Markup\n\napp.before_first_request(f, g)\n"

    outcome = run(text)

    assert [note.line for note in outcome.notes] == [3]


def test_code_that_would_not_compile_is_not_written():
    outcome = run("x = old\n", make_rule("("))

    assert not outcome.is_changed
    assert "the edited code would not compile" in outcome.problem


def test_rules_that_never_end_are_stopped():
    outcome = run("x = old\n", make_rule("older"))

    assert not outcome.is_changed
    assert "never come to an end: own" in outcome.problem


def test_python2_is_named_and_left():
    text = "from flask import Markup\nprint 'a'\n"

    outcome = run(text)

    assert not outcome.is_changed
    assert outcome.problem.startswith("a.py:2: left as it is: this is Python 2")


def test_broken_code_is_left():
    assert "not valid Python" in run("from flask import Markup\n(\n").problem
    assert not run("x = (\n").problem


def test_other_encodings_stay():
    raw = "# coding: latin-1\nfrom flask import Markup\nx = 'é'\n".encode("latin-1")

    outcome = run(raw)

    assert outcome.after == raw.replace(b"from flask", b"from markupsafe")


def test_a_line_can_be_kept():
    assert not run("from flask import Markup  # carboy: keep\n").is_changed


def test_a_rule_may_write_the_words_of_another_one():
    text = "from flask.ext.cache import Cache\n"

    assert run(text).after == b"from flask_caching import Cache\n"
