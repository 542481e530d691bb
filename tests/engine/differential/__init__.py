"""Generated apps and requests, run on stock Flask and on the engine, and compared."""
