"""The service seen from outside: measurements for Prometheus and traces for OpenTelemetry."""
