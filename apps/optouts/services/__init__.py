"""The only writers of opt-outs, a file per verb."""
