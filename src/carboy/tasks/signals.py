"""The signals for each run that is asked for, and for each that begins."""

from blinker import NamedSignal, signal

# Sent with the app, `run_id` and `task`, also if the run exists already.
run_added: NamedSignal = signal("carboy-run-added")
# Sent with the app, `run_id`, `task` and `attempt`, in the context of the run.
run_started: NamedSignal = signal("carboy-run-started")
