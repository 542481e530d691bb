"""An owner is alive as long as one process holds its file."""

import os
from pathlib import Path

from carboy.tasks.liveness import ProcessLock, host_id, is_alive, remove_dead


def test_an_owner_lives_until_it_is_closed(tmp_path: Path) -> None:
    owner = ProcessLock(tmp_path)

    remove_dead(tmp_path)
    assert is_alive(tmp_path, owner.id)

    owner.close()

    assert not is_alive(tmp_path, owner.id)


def test_the_kernel_tells_of_a_killed_process(tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:
        ProcessLock(tmp_path)
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)

    assert len(list(tmp_path.iterdir())) == 1

    remove_dead(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_child_keeps_the_owner_alive_until_it_is_gone_too(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    outer = os.fork()
    if outer == 0:
        owner = ProcessLock(tmp_path)
        inner = os.fork()
        if inner == 0:
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
        (tmp_path.parent / "id").write_text(f"{owner.id} {inner}")
        os.kill(os.getpid(), 9)
    os.waitpid(outer, 0)
    owner_id, _ = (tmp_path.parent / "id").read_text().split()

    assert is_alive(tmp_path, owner_id)

    os.close(writing)
    os.close(reading)
    end = os.times().elapsed + 5
    while is_alive(tmp_path, owner_id) and os.times().elapsed < end:
        pass
    assert not is_alive(tmp_path, owner_id)


def test_only_those_who_share_folder_and_machine_have_the_same_place(
    tmp_path: Path,
) -> None:
    assert host_id(tmp_path / "a") != host_id(tmp_path / "b")
    assert host_id(tmp_path / "a") == host_id(tmp_path / "a")
