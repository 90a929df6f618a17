from dataclasses import replace

import pytest

from chartered.common.errors import UsageError
from chartered.domains import Domain, load_domain
from chartered.domains.checking import requirements
from chartered.domains.sandbox import sandbox
from chartered.domains.sandbox.sandbox import Isolation
from chartered.domains.verifiers import Cascade, Code, Judge, choice, code, text
from chartered.domains.verifiers.code import LIMITS, UNSAFE

JUDGE = Judge("Right is what agrees.", url="http://127.0.0.1:1/v1", model="m")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without walls."""
    monkeypatch.setattr(sandbox, "isolation", lambda: Isolation(level="none", detail="bubblewrap is not installed"))
    monkeypatch.delenv(UNSAFE, raising=False)


def test_what_a_verifier_is_made_of_is_found_however_deep() -> None:
    deep = Cascade(choice, Cascade(text, Cascade(code, JUDGE)))
    assert requirements.runs_code(deep) and requirements.judges(deep) == [JUDGE]
    assert requirements.runs_code(Code(cpu_seconds=1))
    assert not requirements.runs_code(choice) and not requirements.judges(Cascade(choice, text))


def test_programs_are_refused_where_there_are_no_walls(bare: None) -> None:
    domain = load_domain("code")
    with pytest.raises(UsageError, match=r"kind 'fill', 'repair' .* because bubblewrap is not installed; install"):
        requirements.refuse_unsafe(domain, ["repair", "fill", "output"])
    requirements.refuse_unsafe(domain, ["output", "choose"])  # these run nothing


def test_programs_run_without_walls_when_that_is_accepted(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UNSAFE, "0")
    requirements.allow_unsafe(True)
    requirements.refuse_unsafe(load_domain("code"), ["repair"])
    requirements.allow_unsafe(False)
    with pytest.raises(UsageError):
        requirements.refuse_unsafe(load_domain("code"), ["repair"])


def test_a_package_that_programs_may_use_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    domain = load_domain("code")
    requirements.refuse_missing(domain, ["repair"])
    with pytest.raises(UsageError, match=r"the package 'nowhere', which is not installed here; run `pip install"):
        requirements.refuse_missing(domain, ["repair"], ["nowhere"])
    requirements.refuse_missing(domain, ["output"], ["nowhere"])  # nothing is run for these
    monkeypatch.setenv(LIMITS, "")
    requirements.limit_programs({"packages": ["nowhere"]})
    with pytest.raises(UsageError, match="nowhere"):
        requirements.refuse_missing(domain, ["repair"])
    requirements.limit_programs({})
    requirements.refuse_missing(domain, ["repair"])


def test_the_level_of_the_walls_and_the_judge_are_on_record(bare: None, toy_domain: Domain) -> None:
    assert requirements.needed(toy_domain) == {}
    assert requirements.needed(load_domain("code")) == {"sandbox": "none (bubblewrap is not installed)"}
    judged = replace(toy_domain, verifiers={"sum": JUDGE})
    assert requirements.needed(judged) == {"judge of sum": f"m at http://127.0.0.1:1/v1 ({JUDGE.fingerprint})"}
