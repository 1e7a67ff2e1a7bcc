"""Retention: leaving, changing the plan, and complaints."""
