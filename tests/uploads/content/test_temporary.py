"""A file without a name is gone when it is closed, and need not be."""

import gc
import os
import warnings

from carboy.uploads.content.temporary import make_temporary


def test_a_file_has_no_name_and_a_number():
    with make_temporary() as file:
        file.write(b"hello" * 100_000)
        file.seek(0)

        assert len(file.read()) == 500_000
        assert os.fstat(file.fileno()).st_nlink == 0


def test_a_dropped_file_warns_nobody():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        number = make_temporary().fileno()
        gc.collect()

    assert caught == []
    assert number > 2
