"""What a verifier needs beside problem and response: walls around untrusted code, or a model that judges.

A verifier that is made of others names them in the attribute `verifiers`, so that what they need is not hidden.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chartered.common.errors import UsageError
from chartered.domains.contract import Domain, Verifier
from chartered.domains.verifiers.code import LIMITS, UNSAFE, Code
from chartered.domains.verifiers.judge import Judge


def parts(verifier: Verifier) -> Iterator[Verifier]:
    """The verifier and all that it is made of."""
    yield verifier
    for inner in getattr(verifier, "verifiers", ()):
        yield from parts(inner)


def runs_code(verifier: Verifier) -> bool:
    """Whether a part of it runs the program of a response."""
    return any(getattr(part, "runs_code", False) for part in parts(verifier))


def judges(verifier: Verifier) -> list[Judge]:
    """The parts of it that ask a model."""
    return [part for part in parts(verifier) if isinstance(part, Judge)]


def needed(domain: Domain) -> dict[str, str]:
    """What checks depend on beside the plugin, for records and reports: `sandbox` with its level, `judge of KIND`.

    Raises:
        UsageError: nobody said where a judge is.
    """
    from chartered.domains.sandbox.sandbox import isolation

    found = {}
    if any(runs_code(verifier) for verifier in domain.verifiers.values()):
        found["sandbox"] = f"{isolation().level} ({isolation().detail})"
    for kind, verifier in domain.verifiers.items():
        for judge in judges(verifier):
            found[f"judge of {kind}"] = f"{judge.model} at {judge.url} ({judge.fingerprint})"
    return found


def allow_unsafe(allowed: bool) -> None:
    """Let this process and those it starts run programs without walls where there are none, or no longer."""
    if allowed:
        os.environ[UNSAFE] = "1"
    else:
        os.environ.pop(UNSAFE, None)


def limit_programs(given: Mapping[str, Any]) -> None:
    """Let programs use what these keys of `ProgramLimits` say, in this process and those it starts."""
    if given:
        os.environ[LIMITS] = json.dumps(dict(given))
    else:
        os.environ.pop(LIMITS, None)


def refuse_missing(domain: Domain, kinds: Iterable[str], packages: Iterable[str] | None = None) -> None:
    """Refuse what would run programs that may use a package which is not installed here.

    Args:
        domain: whose verifiers run programs.
        kinds: of problems.
        packages: those of a recipe; without them those that the verifiers name.

    Raises:
        UsageError: naming the package.
    """
    from chartered.domains.sandbox.packages import installed

    used = [part for kind in set(kinds) if kind in domain.verifiers for part in parts(domain.verifiers[kind])]
    for verifier in used:
        if isinstance(verifier, Code):
            installed(verifier.limits.packages if packages is None else tuple(packages))


def refuse_unsafe(domain: Domain, kinds: Iterable[str]) -> None:
    """Refuse what would run untrusted code without walls, unless the environment variable `UNSAFE` allows it.

    Raises:
        UsageError: saying why there is no isolation, and what to do.
    """
    from chartered.domains.sandbox.sandbox import isolation

    unsafe = sorted(kind for kind in set(kinds) if kind in domain.verifiers and runs_code(domain.verifiers[kind]))
    if unsafe and isolation().level == "none" and os.environ.get(UNSAFE) != "1":
        raise UsageError(
            f"problems of kind {', '.join(map(repr, unsafe))} are checked by running the model's code, and this "
            f"machine cannot do that safely, because {isolation().detail}; install the package bubblewrap and allow "
            f"user namespaces, or accept the risk with allow_unsafe_code: true in the recipe ({UNSAFE}=1 elsewhere)."
        )
