"""Accounts: who a visitor is, and what each may do."""

__all__: list[str] = []
