"""The parts of `scripts/mail-proof`: a server that fails, workers that are killed."""

from .trial import MailOutcome, MailPlan, run_mails, write_mails

__all__ = ["MailOutcome", "MailPlan", "run_mails", "write_mails"]
