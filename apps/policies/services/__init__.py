"""The only writers of what the policy speaks of."""
