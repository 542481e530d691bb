"""If this passes, iterators are files, and writing functions are iterators."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")


BOTH_WAYS = """
from werkzeug.contrib.iterio import IterIO
f = IterIO(iter(['ab\\n', 'cd']), u''); assert f.readline() == 'ab\\n'; assert f.read() == 'cd'
def prog(stream):
    stream.write('a'); stream.flush(); stream.write('b')
assert ''.join(IterIO(prog)) == 'ab'
"""


def test_both_ways(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(BOTH_WAYS)
