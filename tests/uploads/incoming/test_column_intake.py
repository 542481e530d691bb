"""Files that came before their form are checked by the rules of their column."""

import pytest

from carboy.uploads import FileMissingError, UploadRefusedError
from carboy.uploads.incoming.column_intake import ColumnIntake
from carboy.uploads.incoming.incoming_file import IncomingFile, make_id
from tests.uploads.conftest import make_image


def test_the_rules_are_those_of_the_column(cinema):
    intake = ColumnIntake(cinema.Film.video)

    assert intake.column.attribute == "video"
    assert intake.max_size == 30 * 1024 * 1024
    with pytest.raises(UploadRefusedError):
        intake.check_length(intake.max_size + 1)
    intake.check_length(intake.max_size)


def test_an_image_is_decoded_and_another_file_is_refused(cinema):
    intake = ColumnIntake(cinema.Film.poster)
    storage = cinema.uploads.storage
    good = IncomingFile(make_id(), "a.png", 10, 100.0)
    bad = IncomingFile(make_id(), "b.png", 10, 100.0)
    gone = IncomingFile(make_id(), "c.png", 10, 100.0)
    storage.write(good.key, [make_image()])
    storage.write(bad.key, [b"%PDF-1.7"])

    token = intake.make_token(good.key, good.name)

    assert intake.find_token(token).width == 40
    assert intake.find_token(token + "x") is None
    with pytest.raises(UploadRefusedError):
        intake.make_token(bad.key, bad.name)
    with pytest.raises(FileMissingError):
        intake.make_token(gone.key, gone.name)


def test_a_token_of_another_column_is_none(cinema):
    file = IncomingFile(make_id(), "a.png", 10, 100.0)
    cinema.uploads.storage.write(file.key, [make_image()])

    token = ColumnIntake(cinema.Film.video).make_token(file.key, file.name)

    assert ColumnIntake(cinema.Film.poster).find_token(token) is None
