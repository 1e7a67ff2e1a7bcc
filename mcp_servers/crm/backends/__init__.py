"""The systems that the CRM's tools can run on instead of the sandbox."""
