"""Address and key of an OpenAI-compatible endpoint: what both say of themselves before anything is asked."""

import ipaddress
import os
from urllib.parse import SplitResult, urlsplit

from chartered.common.errors import UsageError


def address(url: str) -> SplitResult | None:
    """The parts of an http address that names a host, or None."""
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:  # an unclosed bracket
        return None


def key_for(url: str, variable: str, *, option: str) -> str:
    """The key from the environment variable, or `none` for an endpoint on this machine that needs no key.

    Raises:
        UsageError: the variable is not set and the endpoint is elsewhere, or what it holds cannot be a key; `option`
            is where the user names another variable.
    """
    key = os.environ.get(variable, "").strip()
    if not (key.isascii() and all(character.isprintable() for character in key)):
        # said here, without the key: the HTTP library would print it in its complaint about the header
        raise UsageError(f"the environment variable {variable!r} does not hold a key; set it again.")
    parts = address(url)
    if key or (parts is not None and _is_local(parts.hostname or "")):
        return key or "none"
    raise UsageError(
        f"the environment variable {variable!r} with the key for {url} is not set; "
        f"set it, or name another with {option}."
    )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
