"""The systems that the payment tools can run on instead of the sandbox."""
