"""A company as a folder: reading it, checking it, writing a new one."""
