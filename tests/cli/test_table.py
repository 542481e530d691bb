"""If this passes, columns are aligned with their headings."""

from carboy.cli.table import write_table


def test_columns_are_as_wide_as_their_cells(capsys):
    write_table(("A", "Name"), [("one", "x"), ("2", "longer")])

    assert capsys.readouterr().out.splitlines() == [
        "A    Name",
        "---  ------",
        "one  x",
        "2    longer",
    ]
