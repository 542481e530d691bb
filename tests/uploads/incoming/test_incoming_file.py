"""Files that came before their form wait, are checked, and move to their row."""

import pytest

from carboy.uploads.incoming.incoming_file import (
    IncomingFile,
    find_incoming,
    make_id,
    remove_incoming,
    write_incoming,
)


def test_what_is_known_of_a_file_is_found_until_it_expires(storage):
    file = IncomingFile(make_id(), "我.mp4", 10, 100.0, "abc")

    write_incoming(storage, file)

    assert find_incoming(storage, file.id, lambda: 99.0) == file
    assert find_incoming(storage, file.id, lambda: 100.0) is None
    remove_incoming(storage, file)
    assert find_incoming(storage, file.id, lambda: 99.0) is None
    assert list(storage.list_files()) == []


@pytest.mark.parametrize("name", ["", "../" * 10, "A" * 32, "0" * 33])
def test_a_name_that_is_none_of_ours_is_not_looked_up(storage, name):
    assert find_incoming(storage, name, lambda: 0.0) is None
