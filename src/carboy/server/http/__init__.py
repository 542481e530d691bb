"""One HTTP request, from socket to app and back; only `granian` touches Granian."""
