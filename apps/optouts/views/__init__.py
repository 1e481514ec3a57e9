"""The public page behind a link, and the staff's pages."""
