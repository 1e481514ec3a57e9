"""Understanding campaigns' lists: records with their bytes, columns, addresses. Reads; stores nothing."""
