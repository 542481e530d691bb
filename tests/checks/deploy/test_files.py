"""Files that should not be tracked, readable or served are reported."""

import subprocess

import pytest
from flask import Flask

from carboy.checks.deploy import files as deploy_files
from carboy.checks.deploy.rule import DeployContext

RULES = {rule.id: rule for rule in deploy_files.RULES}


@pytest.fixture
def project(tmp_path):
    package = tmp_path / "shop"
    for folder in (package, package / "static", package / "templates"):
        folder.mkdir(mode=0o755)
    (package / "static" / "site.css").touch()
    (tmp_path / "instance").mkdir()
    git(tmp_path, "init", "--quiet")
    return tmp_path


def write(project, path, mode=0o600, *, tracked=False):
    file = project / path
    file.write_text("x")
    file.chmod(mode)
    if tracked:
        git(project, "add", "--force", path)


MISTAKES = {
    "core.E040": lambda p: write(p, ".env", tracked=True),
    "core.E041": lambda p: write(p, "shop.sqlite3", tracked=True),
    "core.E042": lambda p: write(p, "tls.pem", tracked=True),
    "core.E043": lambda p: write(p, ".env", 0o644),
    "core.W044": lambda p: write(p, "instance/shop.db", 0o644),
    "core.E045": lambda p: (p / "shop" / "templates").chmod(0o777),
    "core.E046": lambda p: write(p, "shop/static/backup.sql"),
}


def ids(project, **options):
    app = Flask("shop", root_path=str(project / "shop"), **options)
    site = DeployContext(app, project, {})
    return [rule.id for rule in deploy_files.RULES if rule.check(site)]


def test_a_correct_project_has_no_findings(project):
    write(project, ".env")
    write(project, "instance/secret-key")
    write(project, "instance/shop.db", 0o640)
    write(project, "shop/views.py", 0o644, tracked=True)

    assert ids(project) == []


@pytest.mark.parametrize("rule", MISTAKES)
def test_a_mistake_is_reported(project, rule):
    MISTAKES[rule](project)

    assert ids(project) == [rule]


@pytest.mark.parametrize("folder", [".", ".."])
def test_a_static_folder_with_code_is_reported(project, folder):
    assert "core.E047" in ids(project, static_folder=folder)


def test_every_rule_is_tested():
    assert {*MISTAKES, "core.E047"} == set(RULES)


def git(folder, *words):
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)
