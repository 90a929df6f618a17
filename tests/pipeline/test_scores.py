from chartered.audit.statistics.accuracy import label_scores
from chartered.pipeline.scores import Row, ScoreTable


def _row(stage: str, change: float | None) -> Row:
    return Row(
        stage=stage, n=40, accuracy=0.5, standard_error=0.08, low=0.35, high=0.65,
        change=change, change_low=None if change is None else change - 0.1,
        change_high=None if change is None else change + 0.1, kinds={"diagnosis": 0.5, "contraindication": 0.25},
        difficulty={"hard": 0.25, "easy": 0.75}, 
        labels={"trial": label_scores(["yes"] * 4, ["yes", "yes", "yes", "no"])},
    )  # fmt: skip


def test_the_table_gives_each_score_its_interval_and_each_change_its_own() -> None:
    head, base, tuned, note, *_ = ScoreTable((_row("base", None), _row("finetune", 0.2))).text().splitlines()
    assert "diagnosis" in head and "contraindication" in head
    assert "0.500 [0.350, 0.650]" in base and "+" not in base
    assert "+0.200 [+0.100, +0.300]" in tuned and tuned.endswith("0.250")
    assert "n = 40" in note


def test_columns_stand_under_their_heads() -> None:
    head, base, *_ = ScoreTable((_row("base", None),)).text().splitlines()
    assert len(head) == len(base)


def test_the_last_stage_is_told_by_difficulty_and_by_what_it_says() -> None:
    *_, levels, said = ScoreTable((_row("base", None), _row("finetune", 0.2))).text().splitlines()
    assert levels == "finetune by difficulty: easy 0.750, hard 0.250"
    # always yes: F1 of yes is 2 x 3 / (4 + 3) = .857, of no 0; their mean is .429, though three of four are right
    assert said == "finetune says in trial: no 0.00 (right 0.25), yes 1.00 (right 0.75); macro F1 0.429, n = 4"
