from chartered.domains.code.functions import functions, result


def test_no_function_is_in_both_splits() -> None:
    train, heldout = ({f.source for f in functions() if f.split == split} for split in ("train", "heldout"))
    assert train and heldout and not train & heldout


def test_a_bug_that_raises_is_told_from_a_value() -> None:
    assert result("def f(x):\n    return x[0]\n", ([],)) == "IndexError"
