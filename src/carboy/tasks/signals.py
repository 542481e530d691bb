"""The signal for each run that is asked for."""

from blinker import NamedSignal, signal

# Sent with the app, `run_id` and `task`, also if the run exists already.
run_added: NamedSignal = signal("carboy-run-added")
