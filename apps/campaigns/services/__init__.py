"""The only writers of campaigns, a file per verb."""
