"""A stored file is read as an open one, from any position."""

import io
import random

from carboy.uploads.stored_reader import open_stored
from tests.uploads.resumable.conftest import make_bytes


def test_any_position_is_read(storage):
    data = make_bytes(700_000)
    storage.write("a", [data])
    numbers = random.Random(7)

    with open_stored(storage, "a", len(data)) as file:
        for _ in range(40):
            start = numbers.randrange(len(data) + 10)
            size = numbers.randrange(300_000)
            file.seek(start)
            assert file.read(size) == data[start : start + size]
        assert file.seek(0, io.SEEK_END) == len(data)
        file.seek(-10, io.SEEK_END)
        assert file.read() == data[-10:]
        file.seek(0)
        assert file.read() == data
