"""When scheduled tasks are due, and the process that starts them."""
