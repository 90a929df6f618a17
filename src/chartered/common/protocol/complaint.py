"""What an endpoint says in place of a reply: its words, how long to wait, and whether a filter speaks."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

_LONGEST_PAUSE = 600.0
"""Seconds; what an endpoint asks for beyond that is not waited for."""
_LONGEST_SAID = 300
"""Characters of what an endpoint says that are passed on."""
_LONGEST_READ = 20_000
"""Characters of it that are looked at."""
_NO_COMPLETION = "the reply is not a chat completion"
_FILTER = re.compile(
    r"content[ _-]?(?:filter|polic|management|moderation|safety|exists[ _]risk)|responsible[ _]?ai|moderat(?:ion|ed)"
    r"|flagged|filtered|guardrail|data_inspection|safety[ _](?:system|filter|polic|setting|guideline|check|reason)"
    r"|(?:usage|use) polic|inappropriate content|prohibited[ _]content|considered high[ _-]risk|blocked.{0,20}safety"
    r"|(?:unsafe|harmful|sensitive) content|敏感|不安全",
    re.IGNORECASE,
)
"""How providers word that a filter kept a prompt or an answer back."""


class NotACompletion(ValueError):
    """A body that came with status 200 and holds no reply.

    `told` is what it says instead, `spoken` whether it is one of a chat endpoint after all.
    """

    def __init__(self, body: Any = None, what: str = "") -> None:
        self.told = _error(body)
        told = f" but says {_told(self.told)}" if self.told else ""
        self.spoken = bool(self.told or what)
        super().__init__(what or f"{_NO_COMPLETION}{told}; check that this is an OpenAI-compatible endpoint")


def _error(body: Any) -> Mapping[str, Any]:
    """The error block of a body; empty where it has none."""
    given = body if isinstance(body, Mapping) else {}
    error = given if given.get("object") == "error" else given.get("error")
    return error if isinstance(error, Mapping) else {"message": str(error)} if error else {}


def said(error: Exception) -> str:
    """What an endpoint or the network said in place of a reply, in one line of at most 300 characters."""
    line = " ".join(words(error).split())
    return line if len(line) <= _LONGEST_SAID else line[:_LONGEST_SAID] + "..."


def words(error: Exception) -> str:
    """All that it said, up to what is worth reading."""
    response, body = getattr(error, "response", None), getattr(error, "body", None)
    if response is None:
        cause = "" if isinstance(error, NotACompletion) else error.__cause__ or ""
        return f"{error} {cause}"[:_LONGEST_READ]
    # not every endpoint words its errors as the library expects, and then that shows the status alone
    told = _told(body if isinstance(body, dict) else {})
    return f"status {response.status_code}: {told or response.text[:_LONGEST_READ]}"


def _told(body: Mapping[str, Any]) -> str:
    """Code and message of an error, where there is a message."""
    code, message = (body[name] if isinstance(body.get(name), str) else "" for name in ("code", "message"))
    return f"{code} {message}".strip() if message else ""


def filtered(error: Exception) -> bool:
    """Whether it says that a filter kept back this prompt, or the answer to it."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if response is None and not isinstance(error, NotACompletion):
        return False
    if status in (401, 408, 409, 425, 429):
        return False
    return status == 451 or _FILTER.search(f"{words(error)} {_kinds(error)}") is not None


def _kinds(error: Exception) -> str:
    """How the body of an error names its kind, beside its words."""
    body = getattr(error, "told", None) or getattr(error, "body", None)
    inner = body.get("innererror") if isinstance(body, Mapping) else None
    named = [block.get(key) for block in (body, inner) if isinstance(block, Mapping) for key in ("type", "code")]
    return " ".join(str(name) for name in named if name is not None)


def retry_after(error: Exception) -> float | None:
    """Seconds that the endpoint asks to wait, given in milliseconds, in seconds or as a date; at most ten minutes."""
    response = getattr(error, "response", None)
    headers: Mapping[str, str] = response.headers if response is not None else {}
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return min(_LONGEST_PAUSE, max(0.0, float(headers.get(name, "")) * unit))
        except ValueError:
            continue
    try:
        until = parsedate_to_datetime(headers.get("retry-after", ""))
        return min(_LONGEST_PAUSE, max(0.0, until.timestamp() - time.time()))
    except ValueError:
        return None
