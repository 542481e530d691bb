"""Parts in S3 are one file in the end, also if an answer is lost."""

import pytest

from carboy.uploads.errors import (
    FileMissingError,
)


def test_a_lost_answer_to_the_end_of_the_parts_is_no_error(fake_s3, s3_storage):
    writer = s3_storage.begin("a")
    writer.add(1, b"x" * 100)

    def lose(handler):
        if handler.command == "POST":
            fake_s3.faults.clear()
            handler.reply = lambda *args: None
            handler.route()
            handler.close_connection = True
            return True
        return False

    fake_s3.faults.append(lose)

    assert writer.complete().size == 100


@pytest.mark.parametrize("how", ["completed", "aborted"])
def test_parts_that_are_over_take_no_more(s3_storage, how):
    writer = s3_storage.begin("a")
    writer.add(1, b"data")
    writer.complete() if how == "completed" else writer.abort()

    with pytest.raises(FileMissingError):
        writer.add(2, b"data")
    with pytest.raises(FileMissingError):
        assert writer.parts


def test_parts_without_any_are_an_empty_file(s3_storage):
    assert s3_storage.begin("a").complete().size == 0
