"""The signal for each mail that was handed over."""

from blinker import NamedSignal, signal

email_dispatched: NamedSignal = signal("email-dispatched")
