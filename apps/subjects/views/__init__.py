"""The desk's pages about people. Personal values reach them by POST and never stand in an address."""
