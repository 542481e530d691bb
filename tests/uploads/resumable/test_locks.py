"""One request writes an upload at a time, whoever is killed."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from carboy.uploads.resumable.errors import ProtocolError
from carboy.uploads.resumable.locks import LEASE, lock_upload
from carboy.uploads.storages import LocalStorage

ROOT = "incoming/" + "0" * 32


def test_the_second_one_is_refused_at_once(place):
    with lock_upload(place.open(), ROOT):
        with pytest.raises(ProtocolError) as caught, lock_upload(place.open(), ROOT):
            pass
        with lock_upload(place.open(), ROOT[:-1] + "1"):
            pass
    with lock_upload(place.open(), ROOT):
        pass

    assert caught.value.status == 423
    assert list(place.open().list_files()) == []


def test_one_of_many_gets_it(place):
    held = []

    def work(number):
        try:
            with lock_upload(place.open(), ROOT):
                held.append(number)
                assert len(held) == 1
                time.sleep(0.001)
                held.remove(number)
        except ProtocolError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert 1 <= sum(pool.map(work, range(30))) <= 30

    assert held == []


def test_a_killed_holder_locks_no_file(tmp_path):
    storage = LocalStorage(tmp_path)
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        with lock_upload(storage, ROOT):
            os.write(told, b"x")
            signal.pause()
    os.read(ready, 1)
    with pytest.raises(ProtocolError), lock_upload(storage, ROOT):
        pass

    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    with lock_upload(storage, ROOT):
        pass
    os.close(ready)
    os.close(told)


@pytest.mark.parametrize("place", ["memory", "s3"], indirect=True)
def test_a_lease_that_is_over_is_taken_by_one(place):
    now = [time.time()]
    holder = lock_upload(place.open(), ROOT, lambda: now[0])
    renew = holder.__enter__()
    now[0] += LEASE + 5

    with lock_upload(place.open(), ROOT, lambda: now[0]):
        with pytest.raises(ProtocolError):
            renew()
        with pytest.raises(ProtocolError), lock_upload(place.open(), ROOT, time.time):
            pass
        holder.__exit__(None, None, None)
        # The one that lost it removes only its own.
        with pytest.raises(ProtocolError), lock_upload(place.open(), ROOT, time.time):
            pass

    assert list(place.open().list_files()) == []


@pytest.mark.parametrize("place", ["memory", "s3"], indirect=True)
def test_a_lease_is_renewed(place):
    storage = place.open()
    now = [time.time()]
    with lock_upload(storage, ROOT, lambda: now[0]) as renew:
        [before] = storage.list_files()
        time.sleep(0.001)
        now[0] += LEASE / 2
        renew()
        [after] = storage.list_files()

    assert after.modified >= before.modified
