"""If this passes, a proof keeps what works, and takes back what breaks a test."""

import sys

from carboy.upgrade import choose_rules, parse_targets
from carboy.upgrade.prove import prove
from tests.upgrade.repositories import make_repository

# Plugins would cost a second for each start.
PYTEST = f"PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 {sys.executable} -m pytest -q -p no:cacheprovider"


def run(folder, files, command=PYTEST):
    repository = make_repository(folder, files)
    lines = []
    rules = choose_rules(parse_targets(""))
    return repository, prove([folder], rules, command, lines.append), lines


def test_old_code_comes_to_green_with_a_commit_for_each_rule(tmp_path):
    repository, proof, lines = run(
        tmp_path,
        {
            "site_app.py": "from flask import Flask, Markup\nfrom werkzeug import"
            " secure_filename\napp = Flask(__name__)\nname = Markup('a')\n",
            "test_site.py": "import site_app\ndef test_name(): assert site_app.name\n",
        },
    )

    subjects = repository.run("log", "--format=%s", proof.branch).splitlines()

    assert proof.before.describe() != "1 passed, 0 failed"
    assert proof.after.describe() == "1 passed, 0 failed"
    assert proof.is_good
    assert subjects[0] == "Import names from the modules of Werkzeug that define them"
    assert len(subjects) == 3
    assert lines[-1].endswith("git merge carboy-upgrade")
    assert "Markup\n" not in (tmp_path / "test_site.py").read_text()
    assert "from flask import Flask, Markup" in (tmp_path / "site_app.py").read_text()
    assert repository.run("worktree", "list").count("\n") == 0


def test_a_rule_that_breaks_a_test_is_taken_back_for_its_file(tmp_path):
    text = "def check(r):\n    return r.location == 'http://localhost/a'\n"
    test = (
        "from types import SimpleNamespace as N\nfrom one import check\nimport two\n"
        "def test_one(): assert check(N(location='http://localhost/a'))\n"
    )

    repository, proof, _ = run(
        tmp_path, {"one.py": text, "two.py": text, "test_a.py": test}
    )

    assert proof.taken_back == [("test-client", "one.py")]
    assert proof.is_good
    assert "localhost" in repository.run("show", f"{proof.branch}:one.py")
    assert "localhost" not in repository.run("show", f"{proof.branch}:two.py")


def test_nothing_to_do_makes_no_commit(tmp_path):
    repository, proof, _ = run(tmp_path, {"a.py": "x = 1\n"}, "true")

    assert repository.run("rev-list", "--count", proof.branch) == "1"
