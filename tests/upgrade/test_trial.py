"""If this passes, what passed is known by name, and what broke since."""

import sys

from carboy.upgrade.trial import Trial, run_trial


def test_tests_are_known_by_name(tmp_path):
    (tmp_path / "test_a.py").write_text(
        "def test_good(): pass\ndef test_bad(): assert False\n"
    )

    trial = run_trial(
        tmp_path, f"PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 {sys.executable} -m pytest -q"
    )

    assert trial.passed == {"test_a::test_good"}
    assert trial.failed == {"test_a::test_bad"}
    assert trial.describe() == "1 passed, 1 failed"


def test_other_commands_succeed_or_fail(tmp_path):
    good, bad = run_trial(tmp_path, "true"), run_trial(tmp_path, "false")

    assert bad.broken_since(good) == ["the command"]
    assert not good.broken_since(bad)


def test_a_test_that_fails_now_is_broken():
    before = Trial(frozenset({"a", "b"}), frozenset(), is_good=True)
    after = Trial(frozenset({"b", "c"}), frozenset({"a"}), is_good=False)

    assert after.broken_since(before) == ["a"]


def test_without_a_command_modules_are_imported(tmp_path):
    (tmp_path / "site_app.py").write_text(
        "from flask import Flask\napp = Flask(__name__, static_folder=None)\n"
        "app.add_url_rule('/here', 'here')\n"
    )
    (tmp_path / "broken.py").write_text("from flask import Markup\n")

    trial = run_trial(tmp_path, "")

    assert "import site_app" in trial.passed
    assert "route /here GET,HEAD,OPTIONS here" in trial.passed
    assert len(trial.failed) == 1
