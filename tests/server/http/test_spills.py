"""If this passes, what one thread adds another takes, in order and within bounds."""

from carboy.server.http.spills import DiskQueue


def test_bytes_come_out_in_order():
    spill = DiskQueue()
    spill.add(b"abc")
    spill.add(b"def")

    assert spill.peek(4) == b"abcd"
    spill.skip(4)
    assert spill.peek(10) == b"ef"
    assert not spill.is_empty
    spill.skip(2)

    assert spill.is_empty
    assert spill.peek(10) == b""
    assert spill.drained == 6
    spill.close()


def test_it_is_full_until_it_has_run_empty():
    spill = DiskQueue(most=10)
    spill.add(b"x" * 12)
    assert spill.is_full

    spill.skip(11)
    assert spill.is_full
    spill.skip(1)

    assert not spill.is_full
    spill.add(b"again")
    assert spill.peek(10) == b"again"
    spill.close()


def test_the_file_has_no_name(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    spill = DiskQueue()
    spill.add(b"secret")

    assert list(tmp_path.iterdir()) == []
    spill.close()
