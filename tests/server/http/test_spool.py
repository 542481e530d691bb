"""If this passes, bodies come out as they went in, and hold no more than is allowed."""

import asyncio

import pytest

from carboy.server.http.spool import BodySpool, MemoryBudget


def fill(spool: BodySpool, *pieces: bytes):
    async def work():
        for piece in pieces:
            await spool.add(piece)
        return await spool.finish()

    return asyncio.run(work())


@pytest.mark.parametrize("max_size", [0, 10, 100, 500_000, 10_000_000])
@pytest.mark.parametrize("room", [0, 15, 200_000, 10_000_000])
@pytest.mark.parametrize("sizes", [(), (1,), (10, 90, 1), (300_000, 5, 300_000)])
def test_a_body_is_the_same_wherever_it_waits(max_size, room, sizes):
    memory = MemoryBudget(room)
    pieces = [bytes([65 + number]) * size for number, size in enumerate(sizes)]

    with fill(BodySpool(max_size, memory), *pieces) as body:
        assert body.read() == b"".join(pieces)
        assert memory.free >= 0

    assert memory.free == room


def test_a_body_in_memory_counts_until_it_is_closed():
    memory = MemoryBudget(100)
    body = fill(BodySpool(100, memory), b"x" * 60)

    assert memory.free == 40
    body.close()
    body.close()

    assert memory.free == 100


def test_a_body_that_is_forgotten_counts_no_more():
    memory = MemoryBudget(100)
    body = fill(BodySpool(100, memory), b"x" * 60)

    del body

    assert memory.free == 100


def test_a_body_goes_to_disk_when_the_others_leave_no_room():
    memory = MemoryBudget(100)
    first = fill(BodySpool(100, memory), b"x" * 60)
    second = fill(BodySpool(100, memory), b"y" * 30, b"z" * 30)

    assert memory.free == 40
    assert second.fileno()
    assert second.read() == b"y" * 30 + b"z" * 30
    first.close()
    second.close()


def test_a_body_that_breaks_off_leaves_nothing():
    memory = MemoryBudget(100)
    spool = BodySpool(100, memory)
    asyncio.run(spool.add(b"x" * 60))

    spool.close()

    assert memory.free == 100
