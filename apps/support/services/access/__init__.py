"""The only writers of copies of people's data: prepared, looked through, released, handed over, destroyed."""
