"""Scheduling: visits of technicians and deliveries of orders."""
