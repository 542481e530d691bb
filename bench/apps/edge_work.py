"""What the apps of `bench/edge.py` have in common: the same work for each of them."""

MEGABYTE = b"x" * 1_048_576
NAP = 0.05
# About 100 kB as JSON.
ITEMS = [
    {"id": number, "name": f"item {number:04}", "price": number * 1.25, "tags": ["a"]}
    for number in range(1800)
]
