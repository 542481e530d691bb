"""A large file arrives whole, whatever is killed, and no server holds it in memory.

`make large-uploads` is the long form: 2 GB over three kills, 500 MB in a plain form.
"""

import hashlib
import os
import random

import pytest

from lib.large_uploads import Source, send_plain, send_resumable, served

MB = 1024 * 1024


def make_chance(seed):
    return random.Random(seed)


def hash_file(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_survives_kills_of_the_server(tmp_path):
    seed = int.from_bytes(os.urandom(4))
    source = Source(6 * MB + 7, seed)

    with served("carboy", tmp_path) as server:
        film = send_resumable(server, source, 1, make_chance(seed), part=MB)

    assert film["digest"] == source.digest, seed
    assert hash_file(tmp_path / "uploads" / film["key"]) == source.digest


def test_a_file_in_s3_survives_a_kill(tmp_path, fake_s3):
    seed = int.from_bytes(os.urandom(4))
    source = Source(7 * MB, seed)

    with served("carboy", tmp_path, fake_s3.url) as server:
        chance = make_chance(seed)
        # A request that is killed later leaves a lease of 20 s.
        film = send_resumable(server, source, 1, chance, part=3 * MB, shares=(0.0, 0.5))

    assert film["digest"] == source.digest, seed
    stored = fake_s3.objects[f"site/{film['key']}"]
    assert stored["size"] == source.size


@pytest.mark.parametrize("kind", ["carboy", "gunicorn", "gevent"])
def test_a_large_form_is_not_held_in_memory(tmp_path, kind):
    source = Source(64 * MB)

    with served(kind, tmp_path) as server:
        film = send_plain(server, source)

    assert film["digest"] == source.digest
    assert hash_file(tmp_path / "uploads" / film["key"]) == source.digest
    assert server.growth < 50
    assert list((tmp_path / "tmp").iterdir()) == []
