"""If this passes, a proof keeps what works, and takes back what breaks a test."""

import sys

from carboy.upgrade import choose_rules, parse_targets
from carboy.upgrade.prove import prove
from tests.upgrade.repositories import make_repository


def run(folder, files, command):
    repository = make_repository(folder, files)
    lines = []
    rules = choose_rules(
        parse_targets(""), only=["flask-markup", "test-client", "werkzeug-names"]
    )
    return repository, prove([folder], rules, command, lines.append), lines


def test_old_code_comes_to_green_with_a_commit_for_each_rule(tmp_path):
    text = "from flask import Flask, Markup\nfrom werkzeug import secure_filename\n"

    repository, proof, lines = run(
        tmp_path, {"site_app.py": text}, "grep -q werkzeug.utils site_app.py"
    )

    subjects = repository.run("log", "--format=%s", proof.branch).splitlines()
    assert (proof.before.is_good, proof.after.is_good) == (False, True)
    assert proof.is_good
    assert subjects == [
        "Import names from the modules of Werkzeug that define them",
        "Import Markup and escape from MarkupSafe",
        "before",
    ]
    assert lines[-1].endswith("git merge carboy-upgrade")
    assert (tmp_path / "site_app.py").read_text() == text
    assert repository.run("worktree", "list").count("\n") == 0


def test_a_rule_that_breaks_a_test_is_taken_back_for_its_file(tmp_path):
    text = "def check(r):\n    return r.location == 'http://localhost/a'\n"

    repository, proof, _ = run(
        tmp_path, {"one.py": text, "two.py": text}, "grep -q localhost one.py"
    )

    assert proof.taken_back == [("test-client", "one.py")]
    assert proof.is_good
    assert "localhost" in repository.run("show", f"{proof.branch}:one.py")
    assert "localhost" not in repository.run("show", f"{proof.branch}:two.py")


def test_nothing_to_do_makes_no_commit(tmp_path):
    repository, proof, _ = run(tmp_path, {"a.py": "x = 1\n"}, "true")

    assert repository.run("rev-list", "--count", proof.branch) == "1"


def test_what_still_fails_is_named(tmp_path):
    files = {"test_a.py": "def test_one(): assert 0\n\n\ndef test_two(): pass\n"}

    _, proof, lines = run(
        tmp_path, files, f"{sys.executable} -m pytest -q -p no:cacheprovider"
    )

    assert proof.is_good
    assert [line for line in lines if line.startswith("still")] == [
        "still fails: test_a::test_one"
    ]
