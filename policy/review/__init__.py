"""Looking at decisions afterwards: explained, compared, shadowed."""
