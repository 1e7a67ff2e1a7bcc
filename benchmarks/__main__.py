"""Runs the benchmarks and prints one table: `python -m benchmarks`, which is `make bench`."""

from benchmarks.program import main

if __name__ == "__main__":
    main()
