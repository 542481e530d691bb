"""If this passes, sites of 2012 to 2018 run unchanged, and their pages work."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from carboy.legacy.report import read_report
from lib.old_sites import SITES, check_site

APPS = Path(__file__).parent / "apps"


WITH_SERVERS = {"mysql_login", "progress"}
NAMES = {path.parent.name for path in APPS.glob("*/drive.py")}


def drive(names: Iterable[str], folder: Path, **environment: str) -> None:
    """Drive sites; each old name that they use has to have its edit."""
    program = Path(__file__).with_name("fork_apps.py")
    done = subprocess.run(
        [sys.executable, str(program), str(folder), *names],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name, outcome in json.loads(done.stdout).items():
        output = (folder / name / "output").read_text()
        assert outcome == "driven", f"{name}: {output}\n{outcome}"
        uses = read_report(folder / name / "uses.jsonl")
        # The task and the page of one are as they are written today.
        assert uses or name == "progress", name
        assert all(use.edit for use in uses)
        elsewhere = [u for u in uses if not Path(u.file).is_relative_to(folder)]
        assert elsewhere == [], name


def test_twenty_sites_are_there():
    assert len(NAMES) == 20
    assert {site.name for site in SITES} == NAMES


def test_each_site_is_driven_and_each_old_name_has_its_edit(tmp_path):
    """One test, because the sites share a process that has all imports done."""
    drive(sorted(NAMES - WITH_SERVERS), tmp_path)


def test_sites_with_servers_are_driven(tmp_path, fresh_mariadb, fresh_redis):
    """A login on MariaDB without naming a driver, and Celery with its worker."""
    url = fresh_mariadb.replace("mysql+pymysql", "mysql")

    drive(sorted(WITH_SERVERS), tmp_path, MYSQL_URL=url, BROKER=fresh_redis)


def test_a_site_fails_without_the_door(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import flaskr"],
        cwd=APPS / "flaskr",
        capture_output=True,
        text=True,
        check=False,
    )

    assert "cannot import name 'Markup'" in done.stderr


@pytest.mark.parametrize("way", ["run", "serve"])
def test_a_site_is_run_and_served(tmp_path, way):
    """Its pages are requested by HTTP; `make old-sites` does so with all of them."""
    site = next(site for site in SITES if site.name == "flaskr")

    assert check_site(site, tmp_path, way) == ""
