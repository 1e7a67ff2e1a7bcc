"""The systems that the ERP's tools can run on instead of the sandbox."""
