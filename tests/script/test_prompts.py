"""Prompts ask until there is an answer."""

import click
import pytest
from click.testing import CliRunner

from carboy.script import prompt, prompt_bool, prompt_choices, prompt_pass


def ask(function, *args, typed="", **kwargs):
    answers = []
    command = click.Command(
        "ask", callback=lambda: answers.append(function(*args, **kwargs))
    )
    done = CliRunner().invoke(command, input=typed, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return answers[0], done.output


def test_an_answer_is_returned():
    assert ask(prompt, "Name", typed="Ada\n") == ("Ada", "Name: Ada\n")


def test_enter_returns_the_default():
    assert ask(prompt, "Name", "Ada", typed="\n")[0] == "Ada"


def test_without_a_default_it_is_asked_again():
    answer, shown = ask(prompt, "Name", typed="\n\nAda\n")

    assert answer == "Ada"
    assert shown.count("Name:") == 3


def test_a_question_ends_with_its_question_mark():
    assert ask(prompt, "Who are you?", typed="Ada\n")[1].startswith("Who are you? ")


def test_a_password_is_not_shown():
    answer, shown = ask(prompt_pass, "Password", typed="hush\n")

    assert answer == "hush"
    assert "hush" not in shown


@pytest.mark.parametrize(
    ("typed", "default", "expected"),
    [
        ("y\n", False, True),
        ("Yes\n", False, True),
        ("n\n", True, False),
        ("\n", True, True),
        ("\n", False, False),
        ("maybe\noff\n", True, False),
    ],
)
def test_yes_and_no_are_understood(typed, default, expected):
    assert ask(prompt_bool, "Drop all tables", default, typed=typed)[0] is expected


def test_other_words_for_yes_and_no_can_be_passed():
    answer, _ = ask(
        prompt_bool, "Ok", yes_choices=["oui"], no_choices=["non"], typed="oui\n"
    )

    assert answer is True


def test_one_of_the_choices_is_returned():
    answer, shown = ask(prompt_choices, "Which", ["red", "blue"], typed="green\nBlue\n")

    assert answer == "blue"
    assert "(red, blue)" in shown


def test_a_choice_can_have_a_key():
    choices = [("1", "red"), ("2", "blue")]

    answer, shown = ask(prompt_choices, "Which", choices, typed="2\n")

    assert answer == "2"
    assert "2 - blue" in shown


def test_none_can_be_chosen():
    assert ask(prompt_choices, "Which", ["red"], typed="none\n")[0] is None
    assert ask(prompt_choices, "Which", ["red"], default="red", typed="\n")[0] == "red"
