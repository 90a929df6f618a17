"""How a request must be worded for a server: what it takes is learnt from what it refuses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chartered.common.protocol.complaint import NotACompletion, filtered, words

_OF_WORDING = frozenset({400, 404, 405, 406, 415, 422, 501})
"""Statuses that servers give for a setting which they do not take."""
_NEWER_LIMIT = "max_completion_tokens"
_USAGE = re.compile(r"stream_options|include_usage")
_LIMIT = re.compile(
    rf"{_NEWER_LIMIT}|(?:un\w{1, 20}|not supported|extra)\b[^.]{{0,60}}\bmax_tokens|\bmax_tokens\b.{{0,40}}not "
)
_TEMPERATURE = re.compile(r"temperature", re.IGNORECASE)
_SEED = re.compile(r"\bseed\b", re.IGNORECASE)
_STREAM = re.compile(r"\bstream(?:ing|ed)?\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """What a server takes."""

    limit: str = "max_tokens"
    """What it calls the longest reply; newer models refuse the older name."""
    temperature: bool = True
    """Whether it takes a temperature; some models sample at their own, and take no other."""
    seed: bool = True
    stream: bool = False
    """Whether it is asked to send its reply in pieces; some models do not reply otherwise."""
    usage: bool = True
    """Whether a stream may be asked to count tokens."""

    def worded(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The body to send for a request; a setting that is None is left out."""
        left_out = self.left_out(request)
        given = {
            self.limit if name == "max_tokens" else name: value
            for name, value in request.items()
            if value is not None and name not in left_out
        }
        if self.stream:
            given |= {"stream": True} | ({"stream_options": {"include_usage": True}} if self.usage else {})
        return given

    def left_out(self, request: Mapping[str, Any]) -> tuple[str, ...]:
        """Settings of a request that the server does not take."""
        taken = {"temperature": self.temperature, "seed": self.seed}
        return tuple(name for name, takes in taken.items() if not takes and request.get(name) is not None)

    def alternatives(self, error: Exception, request: Mapping[str, Any]) -> list["Dialect"]:
        """Other wordings that a complaint may ask for, in the order in which it names them."""
        complaint = _complaint(error)
        found = [
            (match.start(), other) for pattern, other in self._others(request) if (match := pattern.search(complaint))
        ]
        return [other for _, other in sorted(found, key=lambda pair: pair[0])]

    def _others(self, request: Mapping[str, Any]) -> Iterator[tuple[re.Pattern[str], "Dialect"]]:
        """Each change that is still open, with what a complaint about it says."""
        if self.stream and self.usage:
            yield _USAGE, replace(self, usage=False)
        if self.limit == "max_tokens" in request:
            yield _LIMIT, replace(self, limit=_NEWER_LIMIT)
        if self.temperature and request.get("temperature") is not None:
            yield _TEMPERATURE, replace(self, temperature=False)
        if self.seed and request.get("seed") is not None:
            yield _SEED, replace(self, seed=False)
        if not self.stream:
            yield _STREAM, replace(self, stream=True)


def _complaint(error: Exception) -> str:
    """What a refusal says, the setting that it names first; "" of what is not about wording."""
    status = getattr(error, "status_code", None)
    if filtered(error) or not (status in _OF_WORDING or (isinstance(error, NotACompletion) and error.told)):
        return ""
    body = getattr(error, "told", None) or getattr(error, "body", None)
    named = body.get("param") if isinstance(body, Mapping) else None
    return f"{named if isinstance(named, str) else ''} {words(error)}"
