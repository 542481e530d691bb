"""Signals of logins, with the names of Flask-Login."""

from blinker import Namespace

_signals = Namespace()

user_logged_in = _signals.signal("logged-in")
user_logged_out = _signals.signal("logged-out")
user_loaded_from_cookie = _signals.signal("loaded-from-cookie")
user_loaded_from_request = _signals.signal("loaded-from-request")
user_login_confirmed = _signals.signal("login-confirmed")
user_unauthorized = _signals.signal("unauthorized")
user_needs_refresh = _signals.signal("needs-refresh")
user_accessed = _signals.signal("accessed")
session_protected = _signals.signal("session-protected")
