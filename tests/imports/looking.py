"""Looking at a file as far as it goes without storing anything."""

from apps.imports.engine.layout import Layout
from apps.imports.engine.table import Opener, Row, blocks, cells_of
from apps.imports.services.staging import data_rows, find_layout, look_through


def inspect(open_file: Opener, kind: str) -> tuple[Layout, int]:
    """The layout of a file, and how many rows it has; raises Refused for whatever refuses it whole."""
    layout = find_layout(open_file, kind)
    return layout, look_through(open_file, layout)


def in_blocks(open_file: Opener, layout: Layout) -> list[tuple[int, Row]]:
    """The numbered rows as they are staged: cut from blocks; the same as those that are read one by one."""
    found = blocks(open_file, layout.encoding, layout.delimiter, layout.first_row_line)
    rows = [row for block in found for row in cells_of(block, layout.delimiter)]
    assert rows == list(enumerate(data_rows(open_file, layout), 1))
    return rows
