"""The only writers of batches and staged rows, a file per step."""
