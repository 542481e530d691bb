"""Fava with one small ledger, in the folder of the run."""

import os
from pathlib import Path

from fava.application import create_app

LEDGER = """
option "title" "Ann's ledger"
option "operating_currency" "EUR"
2026-01-01 open Assets:Cash EUR
2026-01-01 open Expenses:Food EUR
2026-01-01 open Equity:Opening
2026-01-02 * "Opening"
  Assets:Cash  100.00 EUR
  Equity:Opening
2026-01-03 * "Café" "Lunch" #trip
  Expenses:Food  12.50 EUR
  Assets:Cash
"""
path = Path(os.environ["STATE"]) / "ann.beancount"
if not path.exists():
    path.write_text(LEDGER)
app = create_app([str(path)], load=True)
