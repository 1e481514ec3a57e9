"""The demo: made-up people and partners, their history loaded through the desk's own services, and its servers."""
