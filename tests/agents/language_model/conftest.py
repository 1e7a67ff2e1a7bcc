"""The scripted model for these tests."""

from tests.model_server import model_server, running_model_server

__all__ = ["model_server", "running_model_server"]
