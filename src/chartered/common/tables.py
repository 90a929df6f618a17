"""Tables of plain text for people: columns as wide as what they hold, no frame, nothing cut."""

import io
from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, left: int = 1) -> str:
    """The rows under the names of their columns; the first `left` columns are set to the left, the others right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    for number, name in enumerate(columns):
        grid.add_column(Text(name), justify="left" if number < left else "right", no_wrap=True)
    for row in rows:
        grid.add_row(*(Text(str(cell)) for cell in row))
    text = io.StringIO()
    Console(file=text, width=100_000, color_system=None, legacy_windows=False).print(grid)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())
