from chartered.common.tables import table


def test_columns_are_as_wide_as_what_they_hold() -> None:
    assert table(("arm", "n"), [("control", 7), ("a long one", 1200)]) == (
        "arm            n\n"  # the first column to the left, the others to the right, two spaces between
        "control        7\n"
        "a long one  1200"
    )


def test_nothing_is_cut_or_read_as_markup() -> None:
    long = "x" * 500
    assert table(("what",), [(long,), ("[bold]0.5[/bold]",)]).splitlines() == ["what", long, "[bold]0.5[/bold]"]
