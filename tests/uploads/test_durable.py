"""Names and contents reach the disk; what is gone already is no error."""

from carboy.uploads.durable import list_folder, remove_parts, sync_folder


def test_a_folder_that_is_gone_is_no_error(tmp_path):
    gone = tmp_path / "gone"

    sync_folder(gone)
    remove_parts(gone)

    assert list_folder(gone) == []


def test_a_folder_goes_with_its_files(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "data").write_bytes(b"x")

    remove_parts(folder)

    assert not folder.exists()
