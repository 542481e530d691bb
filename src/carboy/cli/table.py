"""Tables on the terminal."""

from collections.abc import Sequence

import click


def write_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a heading, each column as wide as its longest cell."""
    widths = [
        max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)
    ]
    click.secho(_format_row(head, widths), bold=True)
    click.secho("  ".join("-" * width for width in widths), dim=True)
    for row in rows:
        click.echo(_format_row(row, widths))


def _format_row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
