"""Where another process finds the verifiers of a domain: functions cannot be sent, only where they are.

A domain knows its `origin`: a plugin its module, a draft its file, a domain that a script imported by itself the
module that made it. A domain that stands in no module is found by its verifiers, if they are functions of modules.
"""

import importlib
import pickle
import sys
from dataclasses import dataclass

from chartered.common.errors import PluginError
from chartered.domains.contract import Domain, Verifier, checked
from chartered.domains.registry import load_domain


@dataclass(frozen=True, kw_only=True)
class Location:
    """An object in a module or, where that cannot be imported by name, in its file; or pickled verifiers."""

    module: str = ""
    file: str | None = None
    name: str = ""
    verifiers: bytes = b""


def locate(domain: Domain) -> Location:
    """Where the domain is.

    Raises:
        PluginError: another process cannot find it.
    """
    assert domain.origin is not None  # the contract fills it in
    where, colon, name = domain.origin.place.rpartition(":")
    if colon:
        return Location(file=where, name=name) if where.endswith(".py") else Location(module=where, name=name)
    return _in_its_module(domain, name) or _by_verifiers(domain)


def open_verifier(location: Location) -> Verifier:
    """What checks with the verifiers of the domain at that place, in the process that asks (`contract.checked`).

    Raises:
        CharteredError: it is not there; plugins may raise anything else while they are imported.
    """
    if location.verifiers:
        verifiers = pickle.loads(location.verifiers)
        return lambda problem, response: checked(verifiers[problem.kind], problem, response)
    domain = _imported(location) or load_domain(f"{location.file}:{location.name}")
    return domain.verify


def _imported(location: Location) -> Domain | None:
    """The object of the module; None where a file is known, and no module or another one has the name."""
    try:
        module = importlib.import_module(location.module) if location.module else None
    except ImportError:
        if location.file is None:
            raise
        return None
    if module is None or location.file not in (None, getattr(module, "__file__", None)):
        return None
    domain: Domain = getattr(module, location.name)
    return domain


def _in_its_module(domain: Domain, made_in: str) -> Location | None:
    """The object of the module that made the domain; rewards and the like may have been replaced since."""
    module = sys.modules.get(made_in)
    if module is None or made_in == "__main__":  # to import that would run the script once more
        return None
    for name, value in vars(module).items():
        if isinstance(value, Domain) and value.verifiers is domain.verifiers:
            return Location(module=made_in, file=getattr(module, "__file__", None), name=name)
    return None


def _by_verifiers(domain: Domain) -> Location:
    try:
        pickled = pickle.dumps(dict(domain.verifiers))
    except Exception as error:  # pickle raises what the objects raise
        raise _nowhere(domain) from error
    if any(getattr(verifier, "__module__", None) == "__main__" for verifier in domain.verifiers.values()):
        raise _nowhere(domain)
    return Location(verifiers=pickled)


def _nowhere(domain: Domain) -> PluginError:
    return PluginError(
        f"the verifiers of domain {domain.name!r} cannot be run in another process: the domain is not an object of a "
        "module, and a verifier is not a function of one; write the plugin to a file of its own and load it as "
        "my_domain.py:domain."
    )
