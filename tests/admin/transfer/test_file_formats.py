"""Files hold what was written, no spreadsheet finds a formula, and nothing piles up."""

import csv
import io
import json
import tracemalloc
from decimal import Decimal

import pytest

from carboy.admin.transfer import FORMATS, read_file

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "<&>\"'", "a,b\nc")
NAMES = ["name", "number", "flag"]


@pytest.mark.parametrize("kind", FORMATS)
def test_files_are_read_as_they_were_written(kind: str) -> None:
    rows = [[text, 1, True] for text in HOSTILE] + [
        ["", None, False],
        ["é中", 2.5, True],
    ]

    data = b"".join(FORMATS[kind].write(NAMES, rows))
    headings, found = read_file(f"rows.{kind}", data)

    assert headings == NAMES
    texts = [row[0] for row in found]
    # CSV has no lone returns, and XML neither.
    expected = [text.replace("\r", "\n") for text in (*HOSTILE, "", "é中")]
    assert [text.replace("\r", "\n").lstrip("'") for text in texts] == [
        text.lstrip("'") for text in expected
    ]
    assert [row[1] for row in found][-2:] == ["", "2.5"]
    assert [row[2].lower() for row in found][-2:] == ["false", "true"]


def test_texts_are_disarmed_and_numbers_are_not() -> None:
    data = b"".join(FORMATS["csv"].write(["a", "b"], [["-1", -1], ["=HYPERLINK()", 0]]))

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))

    assert rows == [["a", "b"], ["'-1", "-1"], ["'=HYPERLINK()", "0"]]


def test_json_is_json() -> None:
    rows = [["=1", Decimal("1.10"), float("nan")], [None, 2**60, True]]

    values = json.loads(b"".join(FORMATS["json"].write(NAMES, rows)))

    assert values == [
        {"name": "=1", "number": "1.10", "flag": "nan"},
        {"name": None, "number": 2**60, "flag": True},
    ]
    assert json.loads(b"".join(FORMATS["json"].write(NAMES, []))) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_memory_does_not_grow_with_the_rows(kind: str) -> None:
    def measure(count: int) -> int:
        rows = ([f"row {n} " * 20, n, True] for n in range(count))
        tracemalloc.start()
        size = sum(len(piece) for piece in FORMATS[kind].write(NAMES, rows))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > count
        return peak

    # Threads of other tests allocate too, but not each time.
    most = min(measure(12_000) for _ in range(3))
    assert most < 1.5 * measure(4_000) + 20_000
