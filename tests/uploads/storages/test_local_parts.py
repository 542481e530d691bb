"""Parts in a folder are one file of data and one line for each part."""

from carboy.uploads.storages import LocalStorage


def test_the_data_is_renamed_at_the_end_and_not_copied(tmp_path):
    storage = LocalStorage(tmp_path)
    writer = storage.begin("a")
    writer.add(1, b"one")
    [data] = tmp_path.glob(".unfinished/*/data")
    number = data.stat().st_ino

    writer.complete()

    assert (tmp_path / "a").stat().st_ino == number
    assert list(tmp_path.glob(".unfinished/*")) == []
