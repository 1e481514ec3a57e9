"""Making the copy of a person's data: items staged by section, and the files that are written from them."""
