"""If this passes, one process or many come to the same outcome."""

import os

from carboy.upgrade import list_files, list_rules, upgrade_files, write_outcomes

OLD = b"from flask import Markup\n"


def test_processes_and_one_process_agree(tmp_path):
    filler = b"# " + b"x" * 2000 + b"\n"
    for number in range(8):
        path = tmp_path / f"m{number}.py"
        path.write_bytes(OLD + filler * 50)
    files = list_files([tmp_path])

    many = upgrade_files(files, list_rules(), processes=2)
    one = upgrade_files(files, list_rules(), processes=1)

    assert [o.after for o in many] == [o.after for o in one]
    assert all(outcome.is_changed for outcome in many)
    assert len(many) == 8


def test_only_changed_files_are_written(tmp_path):
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_bytes(OLD)
    new.write_bytes(b"x = 1\n")
    os.utime(new, (1, 1))

    outcomes = upgrade_files([old, new], list_rules())
    write_outcomes(outcomes)

    assert old.read_bytes() == b"from markupsafe import Markup\n"
    assert new.stat().st_mtime == 1
    assert not upgrade_files([old, new], list_rules())


def test_a_file_that_someone_else_changed_is_left(tmp_path):
    path = tmp_path / "old.py"
    path.write_bytes(OLD)
    outcomes = upgrade_files([path], list_rules())
    path.write_bytes(b"x = 2\n")

    write_outcomes(outcomes)

    assert path.read_bytes() == b"x = 2\n"
    assert "changed meanwhile" in outcomes[0].problem


def test_a_file_that_is_gone_is_named(tmp_path):
    (outcome,) = upgrade_files([tmp_path / "none.py"], list_rules())

    assert "cannot be read" in outcome.problem
