import json

import pytest

from chartered.audit.statistics.selfcheck.simulation import scenarios
from chartered.audit.statistics.selfcheck.study import StudyRow, main, study, table


@pytest.mark.slow
def test_no_kind_of_finding_passes_or_fails_at_its_limit_too_often_and_intervals_hold_the_truth() -> None:
    rows = study(sizes=(50,), repeats=30, seed=11)
    assert {row.kind for row in rows} == {scenario.kind for scenario in scenarios(0.9)}
    for row in rows:
        # 30 audits at 5 %: 7 or more come about in one of 1,500 rows
        assert max(row.wrongful_pass, row.wrongful_fail) * 30 <= 6, row
        assert row.coverage >= 0.8, row


def test_the_power_of_shares_and_pairs_is_that_of_the_formula() -> None:
    rows = [row for kind in ("share, limit", "15 % lost") for row in study(sizes=(200,), repeats=150, kind=kind)]
    assert len(rows) == 3
    for row in rows:
        # standard error of 150 at most .041, and the formula for pairs is rough by some points
        assert row.power is not None and row.passes == pytest.approx(row.power, abs=0.13), row


def test_the_same_seed_gives_the_same_study() -> None:
    first, again = (study(sizes=(50,), repeats=20, kind="7 % lost", seed=3) for _ in range(2))
    assert first == again


def a_row(passes: float = 0.05, fails: float = 0.05) -> StudyRow:
    return StudyRow(
        kind="share",
        n=50,
        repeats=2000,
        limit=0.05,
        wrongful_pass=passes,
        wrongful_fail=fails,
        coverage=0.95,
        harmless=0.0,
        passes=0.5,
        power=None,
    )


@pytest.mark.parametrize("which", ["passes", "fails"])
def test_too_many_wrongful_passes_or_fails_are_marked(which: str) -> None:
    # 2.33 * sqrt(.05 * .95 / 2000) = .0114
    within, over = a_row(**{which: 0.061}), a_row(**{which: 0.062})
    assert not within.too_many and over.too_many
    assert "6.2 % **over**" in table([over]) and "**over**" not in table([within])


def test_the_command_prints_rows_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--repeats", "5", "--n", "50", "--kind", "share, limit .3", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)[0]["kind"] == "share, limit .3" and "n = 50" in printed.err


@pytest.mark.parametrize("given", [["--n", "5"], ["--repeats", "0"], ["--n", "many"]])
def test_sizes_that_cannot_be_are_refused(given: list[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main(given)
    assert error.value.code == 2
