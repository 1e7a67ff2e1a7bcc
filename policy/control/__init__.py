"""What people hold in their hands: the dial, approvals, suggestions, accepted bundles."""
