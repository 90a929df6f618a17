"""Where another process finds the verifiers of a domain: functions cannot be sent, only where they are."""

import importlib
import pickle
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chartered.common.errors import PluginError
from chartered.domains.contract import Check, Domain, Problem, Verifier
from chartered.domains.registry import load_domain


@dataclass(frozen=True, kw_only=True)
class Location:
    """A name in a module, with the module's file for modules that cannot be imported by name; or pickled verifiers."""

    module: str = ""
    file: str | None = None
    name: str = ""
    verifiers: bytes = b""


def locate(domain: Domain) -> Location:
    """Where the domain is: a module-level object of a loaded module, else its verifiers by their own names.

    Raises:
        PluginError: it is neither.
    """
    places = sorted(_places(domain), key=lambda place: _preference(place, domain))
    if places:
        return places[0]
    try:
        pickled = pickle.dumps(dict(domain.verifiers))
    except Exception as error:  # pickle raises what the objects raise
        raise _nowhere(domain) from error
    if any(getattr(verifier, "__module__", None) == "__main__" for verifier in domain.verifiers.values()):
        raise _nowhere(domain)
    return Location(verifiers=pickled)


def found(location: Location) -> Verifier:
    """The verifier of the domain at that place, in the process that asks.

    Raises:
        CharteredError: it is not there; plugins may raise anything else while they are imported.
    """
    if location.verifiers:
        return _by_kind(pickle.loads(location.verifiers))
    domain = _from_module(location)
    if domain is None:
        domain = load_domain(f"{location.file}:{location.name}")
    return domain.verify


def _from_module(location: Location) -> Domain | None:
    if location.module == "__main__":
        return None
    try:
        module = importlib.import_module(location.module)
    except ImportError:
        if location.file is None:
            raise
        return None
    if location.file not in (None, getattr(module, "__file__", None)):
        return None  # another module of that name
    domain = getattr(module, location.name, None)
    return domain if isinstance(domain, Domain) else None


def _places(domain: Domain) -> Iterator[Location]:
    for name, module in list(sys.modules.items()):
        for attribute, value in list(getattr(module, "__dict__", {}).items()):
            # its verifiers are enough: rewards and the like may have been replaced; `isinstance` would ask the
            # objects of other libraries for their class, which some answer with a warning
            if issubclass(type(value), Domain) and value.verifiers is domain.verifiers:
                file = getattr(module, "__file__", None)
                # a notebook or a prompt has no file to go to
                if (file and file.endswith(".py")) or name != "__main__":
                    yield Location(module=name, file=file, name=attribute)


def _preference(place: Location, domain: Domain) -> tuple[bool, bool, str]:
    # the plugin itself, not a script that imports it and much else
    at_home = place.file is not None and Path(place.file).parent == domain.policy.parent
    return (not at_home, place.module == "__main__", place.module)


def _by_kind(verifiers: Mapping[str, Verifier]) -> Verifier:
    def verify(problem: Problem, response: str) -> Check:
        return verifiers[problem.kind](problem, response)

    return verify


def _nowhere(domain: Domain) -> PluginError:
    return PluginError(
        f"the verifiers of domain {domain.name!r} cannot be run in another process: the domain is no object of a "
        "module, and a verifier is no function of one; write the plugin to a file and load it as my_domain.py:domain."
    )
