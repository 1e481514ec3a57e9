"""What a sample message does with the headers that our links go into: pure reading, nothing of it is kept."""
