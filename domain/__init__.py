"""The words of Switchboard as types: frozen, pure, without I/O, clock or framework."""
