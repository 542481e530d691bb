"""The queue in a file: nothing is lost, whoever dies and whenever."""

import multiprocessing
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from carboy.tasks.broker.file_queue import LeaseQueue
from tests.clock import Clock


@pytest.fixture
def queue(tmp_path: Path, clock: Clock) -> LeaseQueue:
    return LeaseQueue(tmp_path / "broker.sqlite", clock=clock)


def test_messages_come_by_priority_and_then_by_age(queue: LeaseQueue) -> None:
    queue.put("mail", b"first")
    queue.put("mail", b"second")
    queue.put("mail", b"urgent", priority=9)

    claimed = queue.claim(["mail"], 10)

    assert [each.payload for each in claimed] == [b"urgent", b"first", b"second"]


def test_a_claimed_message_is_given_to_nobody_else(queue: LeaseQueue) -> None:
    queue.put("mail", b"one")
    other = LeaseQueue(queue.path)

    (lease,) = queue.claim(["mail"])

    assert other.claim(["mail"]) == []
    assert not other.ack(lease.id)
    assert queue.ack(lease.id)
    assert queue.size("mail") == 0


def test_a_message_waits_until_it_is_due(queue: LeaseQueue, clock: Clock) -> None:
    queue.put("mail", b"later", due=clock() + 60)

    assert queue.claim(["mail"]) == []
    assert queue.next_due() == clock() + 60

    clock.advance(61)

    assert [each.payload for each in queue.claim(["mail"])] == [b"later"]


def test_what_a_killed_process_held_is_given_back(queue: LeaseQueue) -> None:
    queue.put("mail", b"one")
    pid = os.fork()
    if pid == 0:
        LeaseQueue(queue.path).claim(["mail"])
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)

    assert queue.claim(["mail"]) == []
    assert queue.reclaim() == 1
    (lease,) = queue.claim(["mail"])
    assert lease.tries == 2


def test_what_is_held_under_a_lost_file_is_given_back(queue: LeaseQueue) -> None:
    queue.put("mail", b"one")
    other = LeaseQueue(queue.path)
    other.claim(["mail"])
    (queue.owners_folder / other.owner).unlink()

    assert queue.reclaim_strays() == 1


def test_after_five_deliveries_a_message_is_dead(queue: LeaseQueue) -> None:
    queue.put("mail", b"poison")
    queue.put("mail", b"good")
    for _ in range(5):
        lease = queue.claim(["mail"])[0]
        assert lease.payload == b"poison"
        queue.release(lease.id)

    claimed = queue.claim(["mail"])

    assert claimed == []
    assert [each.payload for each in queue.claim(["mail"])] == [b"good"]
    (dead,) = queue.list_dead()
    assert (dead.payload, dead.tries) == (b"poison", 5)
    assert queue.revive(dead.id)
    assert queue.size("mail") == 1


def test_giving_back_what_was_never_begun_does_not_count(queue: LeaseQueue) -> None:
    queue.put("mail", b"one")
    for _ in range(9):
        (lease,) = queue.claim(["mail"])
        queue.release(lease.id, counted=False)

    assert queue.claim(["mail"])[0].tries == 1


def test_purging_leaves_alone_what_is_being_worked_on(queue: LeaseQueue) -> None:
    queue.put_many("mail", [b"1", b"2", b"3"])
    (lease,) = queue.claim(["mail"])

    assert queue.purge("mail") == 2
    assert queue.ack(lease.id)


def test_a_write_of_another_process_can_be_seen_without_a_query(
    queue: LeaseQueue,
) -> None:
    before = queue.version()
    LeaseQueue(queue.path).put("mail", b"new")

    assert queue.version() != before


def test_only_its_owner_may_read_the_file(queue: LeaseQueue) -> None:
    queue.put("mail", b"secret")

    for path in queue.path.parent.glob("broker.sqlite*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_enqueuing_waits_for_the_disk_and_claiming_does_not(queue: LeaseQueue) -> None:
    producer = queue._producer().execute("PRAGMA synchronous").fetchone()
    worker = queue._worker().execute("PRAGMA synchronous").fetchone()

    assert (producer, worker) == ((2,), (1,))


def test_a_full_disk_loses_nothing_and_breaks_nothing(queue: LeaseQueue) -> None:
    queue.put("mail", b"before")
    pages = queue._producer().execute("PRAGMA page_count").fetchone()[0]
    queue._producer().execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(sqlite3.OperationalError, match="full"):
        queue.put("mail", b"x" * 100_000)
    queue._producer().execute("PRAGMA max_page_count = 100000")
    queue.put("mail", b"after")

    check = queue._worker().execute("PRAGMA integrity_check").fetchone()
    assert check == ("ok",)
    assert [each.payload for each in queue.claim(["mail"], 9)] == [b"before", b"after"]


def _produce(path: Path, count: int) -> None:
    queue = LeaseQueue(path)
    for number in range(count):
        queue.put("mail", str(number).encode())
    queue.close()


def test_four_producers_lose_nothing_and_meet_no_lock(queue: LeaseQueue) -> None:
    context = multiprocessing.get_context("fork")
    producers = [
        context.Process(target=_produce, args=(queue.path, 100)) for _ in range(4)
    ]
    for each in producers:
        each.start()
    for each in producers:
        each.join(30)

    assert [each.exitcode for each in producers] == [0, 0, 0, 0]
    assert queue.size("mail") == 400


def test_a_child_after_a_fork_has_a_connection_and_a_name_of_its_own(
    queue: LeaseQueue,
) -> None:
    queue.put("mail", b"one")
    queue.claim(["mail"])
    owner = queue.owner
    pid = os.fork()
    if pid == 0:
        queue.put("mail", b"two")
        os._exit(0 if queue.owner != owner else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert queue.size("mail") == 1
    assert queue.owner == owner
