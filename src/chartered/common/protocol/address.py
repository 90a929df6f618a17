"""Where an endpoint is, the key to it, and the sentences about a call that failed there."""

import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from chartered.common.errors import EndpointError, UsageError
from chartered.common.protocol.complaint import said

_AGAIN = frozenset({408, 409, 425, 429})
"""Besides 5xx: what another try may mend."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingNames:
    """What a caller's users call the settings, for messages that say what to change."""

    address: str = "the address"
    model: str = "the model's name"
    key: str = "api_key_env"


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where an endpoint is.

    Raises:
        UsageError: it is not an http address, or carries a user or a query.
    """

    url: str
    api_key_env: str
    names: SettingNames

    def __post_init__(self) -> None:
        parts = _parts(self.url)
        if parts is None:
            raise UsageError(f"{self.names.address} is not an http address; give one as in https://host/v1.")
        if parts.username or parts.password or parts.query:
            raise UsageError(
                f"the address of the endpoint at {parts.hostname} carries a user or a query; give the address alone, "
                f"and the key in an environment variable ({self.names.key})."
            )

    @property
    def key(self) -> str:
        """The key from the environment, or `none` for an endpoint on this machine that needs no key.

        Raises:
            UsageError: the variable is not set and the endpoint is elsewhere, or what it holds cannot be a key.
        """
        key, variable = os.environ.get(self.api_key_env, "").strip(), self.api_key_env
        if not (key.isascii() and key.isprintable()):
            # said here, without the key: the HTTP library would print it in its complaint about the header
            raise UsageError(f"the environment variable {variable!r} does not hold a key; set it again.")
        if key or _is_local(urlsplit(self.url).hostname or ""):
            return key or "none"
        raise UsageError(
            f"the environment variable {variable!r} with the key for {self.url} is not set; "
            f"set it, or name another with {self.names.key}."
        )

    def hopeless(self, error: Exception, model: str) -> EndpointError | None:
        """Why every request would fare the same, or None where it need not."""
        status, words = getattr(error, "status_code", None), said(error)
        if status == 401:
            reason = self._key_refused(words)
        elif status == 404:
            check = f"{self.names.address} (it mostly ends in /v1) and {self.names.model}"
            reason = f"knows no such path or no model {model!r} ({words}); check {check}."
        elif status == 429 and "insufficient_quota" in words:
            reason = f"says that the quota of the key is used up ({words})."
        else:
            return None
        return EndpointError(f"{self.url} {reason}", hopeless=True)

    def refusal(self, error: Exception, model: str, *, answers_others: bool) -> EndpointError:
        """What to say of a request that is refused: alone, or like every other one."""
        words = said(error)
        refused = f"refuses the request to model {model!r} ({words})"
        if answers_others:
            return EndpointError(f"{self.url} {refused}.", refused=True)
        every = f"{refused}, and a harmless question with the same settings too."
        reason = self._key_refused(words) if getattr(error, "status_code", None) == 403 else every
        return EndpointError(f"{self.url} {reason}", hopeless=True, refused=True)

    def unanswered(self, error: Exception, model: str, *, tried: int, reached: bool) -> EndpointError:
        """Why there is no reply when the last try has been made; `reached` if anybody ever answered."""
        from openai import APIConnectionError, APITimeoutError

        words = said(error)
        lost = isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError)
        if lost and not reached:
            check = f"check {self.names.address}, and that the server runs"
            return EndpointError(f"{self.url} cannot be reached ({words}); {check}.", hopeless=True)
        return EndpointError(f"{self.url} left a request to model {model!r} unanswered after {tried} tries ({words}).")

    def _key_refused(self, words: str) -> str:
        return f"refuses the key in {self.api_key_env} ({words}); set the right one."


def is_refusal(error: Exception) -> bool:
    """Whether further tries of the same request are in vain."""
    status = getattr(error, "status_code", None)
    return status is not None and status < 500 and status not in _AGAIN


def _parts(url: str) -> SplitResult | None:
    """The parts of an http address that names a host, or None."""
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 else None
    except ValueError:  # an unclosed bracket, or a port that cannot be
        return None


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
