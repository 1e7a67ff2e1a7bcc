"""`python -m benchmarks.load`."""

from benchmarks.load.program import main

if __name__ == "__main__":
    main()
