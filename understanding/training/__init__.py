"""Measuring the understanding, and teaching it the words of a company's own customers."""
