"""The teacher: a model behind any OpenAI-compatible endpoint that works problems."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from chartered.common.endpoint import Client, Request, SettingNames
from chartered.domains.contract import Message

_NAMES = SettingNames(address="base_url", model="model", key="api_key_env under annotate.teacher")


@dataclass(frozen=True, kw_only=True)
class Teacher(Client):
    """Which model is asked, and how; where and at what pace is a client's."""

    model: str
    temperature: float | None = 0.6
    """None leaves it to the endpoint, which then samples at its own."""
    max_tokens: int = 1024
    """Longest reply, in tokens; what the model thinks before it answers counts too."""
    retries: int = 4
    timeout: float = 300.0
    names: SettingNames = _NAMES

    def request(self, messages: Sequence[Message]) -> Request:
        """What is sent for one problem."""
        given = {"model": self.model, "temperature": self.temperature, "max_tokens": self.max_tokens}
        return {**given, "messages": list(messages)}

    def asked_sha(self, template_sha: str) -> str:
        """Sixteen hex digits over what decides a reply besides the problem."""
        decides = [template_sha, self.model, self.temperature, self.max_tokens]
        return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:16]
