"""The errors a person may meet, one small tree.

    CharteredError            something outside the program is not as it must be; one plain sentence
    |- UsageError             a name, an option or a recipe key is not right
    |- DataError              a corpus, problem or recorded answer cannot be read
    |- PluginError            a domain plugin does not fit the contract
    |- EndpointError          a model behind an endpoint gave no reply
    |- ModelError             a model cannot be loaded, or must not be
    |- TrainingError          a stage of training cannot go on
    |- AuditError             the audit cannot be carried out as asked
    |- ReleaseError           a release is refused or does not verify

Each message says what, where (file, line, key), the value given and what to do. The command line prints it
without a traceback and exits with `exit_code`.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class CharteredError(Exception):
    """Something outside the program is not as it must be; the message is one plain sentence."""

    exit_code = 3


class UsageError(CharteredError):
    """A name, an option or a recipe key is not right."""


class DataError(CharteredError):
    """A corpus, problem set or file of recorded answers cannot be read."""


class PluginError(CharteredError):
    """A domain plugin does not fit the contract."""


class EndpointError(CharteredError):
    """A model behind an endpoint gave no reply.

    Args:
        message: the sentence.
        hopeless: whether every other request would fare the same: nobody there, key refused, no such model.
        refused: whether the endpoint refuses this request as it is worded, and may reply to others.
    """

    def __init__(self, message: str, *, hopeless: bool = False, refused: bool = False) -> None:
        super().__init__(message)
        self.hopeless, self.refused = hopeless, refused


class ModelError(CharteredError):
    """A model cannot be loaded, or must not be (pickled weights, remote code)."""


class TrainingError(CharteredError):
    """A stage of training cannot go on."""

    exit_code = 1


class AuditError(CharteredError):
    """The audit cannot be carried out as asked."""


class ReleaseError(CharteredError):
    """A release is refused, or does not verify."""

    exit_code = 2


def nearest(name: str, known: Iterable[str]) -> str:
    """A clause that names the nearest known name, or lists what is known (when that is not too much)."""
    options = sorted(known)
    close = get_close_matches(name, options, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    if len(options) > 40:
        return f"none of the {len(options)} known names is near it."
    return f"known are: {', '.join(options) or 'none'}."
