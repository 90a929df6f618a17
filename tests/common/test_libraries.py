from importlib.metadata import version

from chartered.common.libraries import CONSTRAINTS, Library, constrained_versions, required_libraries


def test_the_constrained_versions_come_with_the_package() -> None:
    tested = constrained_versions()
    assert CONSTRAINTS.parent.name == "chartered"
    assert tested["jinja2"] == "3.1.6"  # written Jinja2 there
    assert all(number[0].isdigit() for number in tested.values())


def test_each_required_library_is_compared_without_the_extras() -> None:
    found = {library.name: library for library in required_libraries()}
    assert found["torch"].installed == version("torch") and found["torch"].fits
    assert found["math-verify"].tested is not None and "rdkit" not in found


def test_every_required_library_has_a_tested_version() -> None:
    assert [library.name for library in required_libraries() if library.tested is None] == []


def test_a_build_for_a_processor_is_the_version_that_was_tested() -> None:
    assert Library(name="torch", installed="2.13.0+cpu", tested="2.13.0", fits=True).as_tested
    assert not Library(name="torch", installed="2.13.1", tested="2.13.0", fits=True).as_tested
    assert not Library(name="torch", installed=None, tested="2.13.0", fits=False).as_tested
