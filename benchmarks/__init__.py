"""The numbers to reach (design section 9), measured side by side in one run: `python -m benchmarks`."""
