"""`python -m carboy` is `carboy`."""

from carboy.cli import main

if __name__ == "__main__":
    main()
