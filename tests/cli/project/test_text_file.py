"""A file is read with the ends of its lines, and found where it was renamed to."""

from pathlib import Path

import pytest

from carboy.cli.project.text_file import TextFile, find_renamed, read_text_file

TEXT = "".join(f"line {number}\n" for number in range(10))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a\nb\n", TextFile("a\nb\n", "\n")),
        (b"a\r\nb\r\n", TextFile("a\nb\n", "\r\n")),
        (b"a\r\nb\n", TextFile("a\r\nb\n", "")),
        (b"a\rb\r\n", TextFile("a\rb\r\n", "")),
        (b"", TextFile("", "\n")),
        (b"\xff\xfe", None),
        (b"a\0b", None),
    ],
)
def test_the_ends_of_lines_are_told_and_restored(tmp_path, raw, expected):
    file = tmp_path / "file.py"
    file.write_bytes(raw)

    read = read_text_file(file)

    assert read == expected
    if read is not None:
        file.write_text(read.text, "utf-8", newline=read.newline)
        assert file.read_bytes() == raw


def test_a_folder_is_no_text(tmp_path):
    assert read_text_file(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "text", "is_found"),
    [
        ("b.py", TEXT, True),
        ("deep/er/b.py", TEXT.replace("line 1", "mine"), True),
        ("b.txt", TEXT, False),
        ("b.py", "other\n", False),
        (".hidden/b.py", TEXT, False),
        ("taken.py", TEXT, False),
    ],
)
def test_a_renamed_file_is_like_the_generated_one(tmp_path, name, text, is_found):
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)

    found = find_renamed(tmp_path, Path("a.py"), TEXT, {Path("taken.py")})

    assert found == (Path(name) if is_found else None)
