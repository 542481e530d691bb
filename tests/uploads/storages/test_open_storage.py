"""The address in UPLOADS_STORAGE opens a storage."""

import pytest

from carboy.errors import SettingsError
from carboy.uploads.storages import LocalStorage, MemoryStorage, open_storage


@pytest.mark.parametrize(
    ("url", "folder"),
    [("local:", "uploads"), ("local:files", "files"), ("local:/srv/files", None)],
)
def test_a_folder_is_below_the_instance_folder(tmp_path, url, folder):
    storage = open_storage(url, tmp_path)

    assert isinstance(storage, LocalStorage)
    assert str(storage.folder) == str(tmp_path / folder if folder else "/srv/files")


def test_memory_is_a_storage(tmp_path):
    assert isinstance(open_storage("memory:", tmp_path), MemoryStorage)


@pytest.mark.parametrize("url", ["", "ftp://host", "folder"])
def test_another_scheme_is_refused_with_the_known_ones(tmp_path, url):
    with pytest.raises(SettingsError, match="UPLOADS_STORAGE must begin with one of"):
        open_storage(url, tmp_path)
