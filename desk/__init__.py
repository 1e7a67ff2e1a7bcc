"""Where representatives and supervisors work: queue and approvals."""
