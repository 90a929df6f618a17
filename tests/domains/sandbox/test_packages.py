import importlib.metadata

import pytest

from chartered.common.errors import UsageError
from chartered.domains.sandbox import packages
from chartered.domains.sandbox.packages import installed


def test_a_package_is_shown_with_its_libraries_and_nothing_beside_it() -> None:
    found = installed(("numpy",))
    assert found.modules == ("numpy",)
    names = {path.name for path in found.paths}
    assert "numpy" in names and all(name.startswith("numpy") for name in names)
    assert all(path.exists() for path in found.paths)


def test_a_package_is_shown_with_what_it_requires() -> None:
    # pandas or another may not be here; scipy needs numpy, and is a dependency of this project
    assert {"scipy", "numpy"} <= {path.name for path in installed(("scipy",)).paths}


def test_a_package_may_be_named_as_it_is_imported() -> None:
    assert importlib.metadata.distribution("PyYAML")
    assert "yaml" in installed(("yaml",)).modules


def test_a_package_that_is_not_installed_is_a_mistake_of_the_user() -> None:
    with pytest.raises(UsageError, match=r"'nowhere-at-all', which is not installed here; run `pip install nowhere"):
        installed(("nowhere-at-all",))


def test_pytest_is_shown_with_all_that_it_imports() -> None:
    assert {"pytest", "_pytest", "pluggy", "iniconfig", "packaging"} <= {path.name for path in packages.testing()}
