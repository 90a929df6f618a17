import dataclasses
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests import hostile_domain
from tests.paths import TOY

from chartered.common.errors import PluginError
from chartered.domains import Domain, load_domain
from chartered.domains.checking.location import Location, locate, open_verifier
from chartered.domains.verifiers import text


def test_an_installed_domain_is_found_in_its_own_package() -> None:
    place = locate(load_domain("medical"))
    assert (place.module, place.name) == ("chartered.domains.medical", "domain")
    assert open_verifier(place).__self__ == load_domain("medical")  # type: ignore[attr-defined]


def test_a_draft_is_found_in_its_file(toy_domain: Domain) -> None:
    place = locate(toy_domain)
    assert place.file is not None and Path(place.file).name == "toy_domain.py"
    assert open_verifier(place).__self__.name == "toy"  # type: ignore[attr-defined]


def test_a_draft_that_is_loaded_again_is_found_in_its_file_both_times(tmp_path: Path) -> None:
    file = tmp_path / "toy_domain.py"
    file.write_text(TOY.read_text())
    first, again = load_domain(f"{file}:domain"), load_domain(f"{file}:domain")
    assert first.verifiers is not again.verifiers
    assert {(place.module, place.file) for place in (locate(first), locate(again))} == {("", str(file))}


def test_a_domain_that_was_imported_is_found_in_its_own_module_and_not_in_one_that_imports_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heavy = ModuleType("a_training_script")
    heavy.__dict__.update(domain=hostile_domain.domain, __file__="/elsewhere/a_training_script.py")
    monkeypatch.setitem(sys.modules, heavy.__name__, heavy)
    assert locate(hostile_domain.domain).module == hostile_domain.__name__
    replaced = dataclasses.replace(hostile_domain.domain, rewards={})
    assert locate(replaced) == locate(hostile_domain.domain)


def test_a_module_of_the_same_name_in_another_place_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "json.py"
    file.write_text(Path(hostile_domain.__file__).read_text())
    verify = open_verifier(Location(module="json", file=str(file), name="domain"))
    assert verify.__self__.policy == file  # type: ignore[attr-defined]


def test_functions_of_modules_are_found_by_their_names() -> None:
    made = dataclasses.replace(hostile_domain.domain, verifiers={"act": text})
    assert open_verifier(locate(made))(hostile_domain.problem("one"), "Answer: one").status == "correct"


def test_what_stands_in_no_module_is_refused() -> None:
    made = dataclasses.replace(hostile_domain.domain, verifiers={"act": lambda problem, response: text(problem, "")})
    with pytest.raises(PluginError, match=r"write the plugin to a file of its own and load it as my_domain.py:domain"):
        locate(made)


def test_functions_of_a_prompt_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def typed() -> None: ...

    typed.__module__, typed.__qualname__ = "__main__", "typed"
    monkeypatch.setattr(sys.modules["__main__"], "typed", typed, raising=False)
    with pytest.raises(PluginError, match="not a function of one"):
        locate(dataclasses.replace(hostile_domain.domain, verifiers={"act": typed}))  # type: ignore[dict-item]
