"""Old names and behaviour of packages that live on, and of Python itself."""
