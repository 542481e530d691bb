"""Options have the meaning that they have in argparse."""

import click
import pytest

from carboy.script import Group, Option
from carboy.script.options import Parser, options_of


def test_arguments_stay_arguments_and_defaults_become_options():
    def work(what, how="well", loud=False):
        pass

    options = [(option.args, option.kwargs) for option in options_of(work)]

    assert options == [
        (("what",), {}),
        (("-h", "--how"), {"dest": "how", "default": "well"}),
        (
            ("-l", "--loud"),
            {"dest": "loud", "action": "store_true", "default": False},
        ),
    ]


def test_a_letter_is_used_once():
    def work(one="1", other="2", **rest):
        pass

    assert [option.args for option in options_of(work)] == [
        ("-o", "--one"),
        ("--other",),
    ]


def test_a_name_of_two_words_has_two_spellings():
    def work(dry_run=False):
        pass

    parser = Parser(options_of(work))

    assert parser.parse_args(["--dry-run"]).dry_run is True
    assert parser.parse_args(["--dry_run"]).dry_run is True


def test_options_that_exclude_each_other_do():
    parser = Parser([Group(Option("--a"), Option("--b"), exclusive=True)])

    with pytest.raises(click.UsageError, match="not allowed with"):
        parser.parse_args(["--a", "1", "--b", "2"])


def test_options_of_a_group_are_listed_under_its_title():
    parser = Parser([Group(Option("--a", help="The a"), title="Letters")])

    text = parser.format_help()

    assert "Letters:" in text
    assert parser.parse_args(["--a", "1"]).a == "1"


def test_h_is_help_unless_an_option_has_the_letter():
    assert "-h" in Parser([])._option_string_actions
    taken = Parser([Option("-h", "--host")])

    assert taken.parse_args(["-h", "10.0.0.7"]).host == "10.0.0.7"
    assert "-?" in taken._option_string_actions
