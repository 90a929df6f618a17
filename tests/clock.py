"""Limits of processor time that a slow machine keeps and a reader of quadratic cost does not."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

LONG = 400_000
"""Characters of a hostile text. Readers of linear cost took 0.6 s for it when this was written, and the fastest pattern
of quadratic cost, `\\s*answer` on spaces, two minutes."""


def long_text(piece: str) -> str:
    """A hostile text: a piece as often as it fits into `LONG` characters."""
    return piece * (LONG // len(piece))


@contextmanager
def in_time(seconds: float = 20.0) -> Iterator[None]:
    """Fail where what stands within took more processor time; other work on the machine does not count."""
    started = time.process_time()
    yield
    spent = time.process_time() - started
    assert spent <= seconds, f"{spent:.1f} s of processor time, of {seconds:g} at most"
