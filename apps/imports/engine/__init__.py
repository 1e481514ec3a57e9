"""Understanding partners' files: text, layout, guards, values. Reads and judges; stores nothing."""
