"""A site in development has one key, even if several processes start at once."""

import multiprocessing
from pathlib import Path

import pytest

from carboy.core.secret_key import make_secret_key
from carboy.errors import SettingsError

ROUNDS, PROCESSES = 20, 8


def load_together(folder, barrier, keys):
    """Make keys in the same moment as other processes."""
    for number in range(ROUNDS):
        root = folder / str(number)
        barrier.wait()
        keys.put((number, make_secret_key(root, "development")[0]))


def test_processes_that_start_together_have_the_same_secret(tmp_path):
    for number in range(ROUNDS):
        (tmp_path / str(number)).mkdir()
    context = multiprocessing.get_context("fork")
    barrier, queue = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=load_together, args=(tmp_path, barrier, queue))
        for _ in range(PROCESSES)
    ]

    for process in processes:
        process.start()
    keys = [queue.get(timeout=60) for _ in range(ROUNDS * PROCESSES)]
    for process in processes:
        process.join()

    by_round = [{key for number, key in keys if number == n} for n in range(ROUNDS)]
    assert all(len(found) == 1 and len(max(found)) == 64 for found in by_round)
    assert {path.name for path in tmp_path.glob("*/instance/*")} == {
        ".gitignore",
        "secret-key",
    }


def test_a_file_system_without_links_has_a_secret_too(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)

    key, _ = make_secret_key(tmp_path, "development")

    assert len(key) == 64
    assert (tmp_path / "instance" / "secret-key").read_text() == key


def test_an_empty_secret_is_never_used(tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret-key").touch()

    with pytest.raises(SettingsError, match=r"secret-key is empty"):
        make_secret_key(tmp_path, "development")


def test_each_run_of_tests_has_a_key_of_its_own(tmp_path):
    first, _ = make_secret_key(tmp_path, "testing")
    second, _ = make_secret_key(tmp_path, "testing")

    assert first != second
    assert not (tmp_path / "instance").exists()
