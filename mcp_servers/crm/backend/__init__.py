"""The effects of the CRM's tools, on the sandbox; a real CRM goes behind the same functions."""
