"""Engines that evaluate the policy bundle: embedded in this process, or an OPA sidecar."""
