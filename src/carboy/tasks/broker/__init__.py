"""Brokers: their URLs, and the transport of the embedded one."""
