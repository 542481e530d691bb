"""Rows and columns for a terminal."""

from collections.abc import Sequence

import click


def write_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows under a heading, each column as wide as it needs."""
    widths = [
        max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)
    ]
    click.secho(_line(head, widths), bold=True)
    click.secho("  ".join("-" * width for width in widths), dim=True)
    for row in rows:
        click.echo(_line(row, widths))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
