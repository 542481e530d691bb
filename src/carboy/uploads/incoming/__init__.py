"""Files that came before their form."""
