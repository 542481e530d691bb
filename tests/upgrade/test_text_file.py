"""If this passes, a text file has its bytes and its name."""

from pathlib import PurePath

from carboy.upgrade.text_file import UnparsedFile


def test_a_text_file_has_its_bytes_and_name():
    file = UnparsedFile(b"a\n", PurePath("requirements.txt"))

    assert file.data == file.source.data == b"a\n"
    assert file.path.name == "requirements.txt"
