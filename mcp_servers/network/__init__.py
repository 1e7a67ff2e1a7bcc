"""The network: outages, customers' devices, line tests and restarts."""
