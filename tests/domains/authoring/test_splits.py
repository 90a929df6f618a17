from chartered.domains.authoring.splits import generator, split_of


def test_a_combination_has_the_same_split_every_time() -> None:
    # recorded on Python 3.11; SHA-256 and repr of text and numbers do not depend on machine or version
    assert [split_of("x", n) for n in range(8)] == [
        "train",
        "heldout",
        "heldout",
        "train",
        "train",
        "train",
        "train",
        "train",
    ]


def test_about_one_in_six_is_held_out() -> None:
    share = sum(split_of("k", n) == "heldout" for n in range(6000)) / 6000
    assert abs(share - 1 / 6) < 0.02  # four standard errors: 4 * sqrt(1/6 * 5/6 / 6000) = .019


def test_a_generator_depends_on_its_whole_key() -> None:
    assert generator("a", 1).random() == generator("a", 1).random()
    assert len({generator("a", n).random() for n in range(100)}) == 100
    assert generator("a", "1").random() != generator("a", 1).random()
