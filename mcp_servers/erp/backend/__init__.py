"""The effects of the ERP's tools, on the sandbox; a real ERP goes behind the same functions."""
