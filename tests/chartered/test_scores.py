from chartered.scores import Row, ScoreTable


def _row(stage: str, change: float | None) -> Row:
    return Row(
        stage=stage, n=40, accuracy=0.5, standard_error=0.08, low=0.35, high=0.65,
        change=change, change_low=None if change is None else change - 0.1,
        change_high=None if change is None else change + 0.1, kinds={"diagnosis": 0.5, "contraindication": 0.25},
    )  # fmt: skip


def test_the_table_gives_each_score_its_interval_and_each_change_its_own() -> None:
    head, base, tuned, note = ScoreTable((_row("base", None), _row("finetune", 0.2))).text().splitlines()
    assert "diagnosis" in head and "contraindication" in head
    assert "0.500 [0.350, 0.650]" in base and "+" not in base
    assert "+0.200 [+0.100, +0.300]" in tuned and tuned.endswith("0.250")
    assert "n = 40" in note


def test_columns_stand_under_their_heads() -> None:
    head, base, *_ = ScoreTable((_row("base", None),)).text().splitlines()
    assert len(head) == len(base)
