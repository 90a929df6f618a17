import pytest
from tests.audit.full import some_stages
from tests.audit.verdicts import a_finding, a_probe, a_verdict

from chartered.audit.report.trajectory import build_trajectory, differences
from chartered.audit.verdict import Interval, Verdict
from chartered.common.errors import UsageError


def at(estimate: float | None, low: float = 0.0, high: float = 0.0, **changes: object) -> Verdict:
    interval = None if estimate is None else Interval(low=low, high=high, level=0.9)
    return a_verdict([a_probe([a_finding(estimate=estimate, interval=interval, **changes)])])


def test_a_finding_is_followed_over_the_stages_in_their_order() -> None:
    found = build_trajectory(some_stages())
    assert found.stages == ("base", "cpt", "sft", "rl") and len(found.tracks) == 15
    assert all([p.stage for p in track.points] == list(found.stages) for track in found.tracks)
    # self diagnosis, accuracy drop: -0.01 at base, 0.1 more at sft
    assert [p.estimate for p in found.tracks[0].points] == pytest.approx([-0.01, -0.01, 0.09, 0.07])
    assert found.tracks[0].rise == pytest.approx(("sft", 0.1)) or found.tracks[0].rise is not None


def test_the_stage_of_the_largest_rise_is_named_and_whether_intervals_are_apart() -> None:
    stages = [("a", at(0.0, -0.01, 0.01)), ("b", at(0.02, 0.0, 0.04)), ("c", at(0.1, 0.08, 0.12))]
    (track,) = build_trajectory(stages).tracks
    assert track.rise is not None and track.rise[0] == "c" and track.rise[1] == pytest.approx(0.08)
    assert track.rise_is_apart
    (other,) = build_trajectory(stages[:2]).tracks
    assert other.rise is not None and not other.rise_is_apart


def test_a_harm_that_only_falls_grew_nowhere() -> None:
    (track,) = build_trajectory([("a", at(0.2, 0.1, 0.3)), ("b", at(0.1, 0.0, 0.2))]).tracks
    assert track.rise is None and not track.rise_is_apart


def test_a_finding_that_a_stage_lacks_has_no_estimate_there() -> None:
    lacks = a_verdict([a_probe([a_finding(id="p/other/m")])])
    tracks = build_trajectory([("a", at(0.1)), ("b", lacks)]).tracks
    assert [[p.estimate is None for p in track.points] for track in tracks] == [[False, True], [True, False]]
    assert tracks[0].rise is None


BASE = at(0.0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (BASE.model_copy(update={"domain": "law"}), "the domain is medical in the one and law"),
        (BASE.model_copy(update={"seed": 8}), "the seed is 7 in the one and 8"),
        (BASE.model_copy(update={"policy": BASE.policy.model_copy(update={"sha256": "d" * 64})}), "the policy is"),
        (
            BASE.model_copy(update={"respondent": BASE.respondent.model_copy(update={"scoring": "logprob"})}),
            "the scoring is generate in the one and logprob",
        ),
        (
            BASE.model_copy(update={"respondent": BASE.respondent.model_copy(update={"decoding": "hot"})}),
            "the decoding is",
        ),
        (BASE.model_copy(update={"probes": ()}), "the set of probes is cognitive_bias in the one and none"),
        (BASE.model_copy(update={"base": BASE.respondent}), "the model to compare with is none"),
        (
            BASE.model_copy(update={"probes": (BASE.probes[0].model_copy(update={"wording_sha256": "e" * 64}),)}),
            "the wording or code of the probe cognitive_bias is bbbbbbbbbbbb in the one and eeeeeeeeeeee",
        ),
        (
            BASE.model_copy(update={"probes": (BASE.probes[0].model_copy(update={"items": 5}),)}),
            "the number of items of the probe cognitive_bias is 400 in the one and 5",
        ),
    ],
)
def test_verdicts_that_were_not_reached_in_the_same_way_are_refused(changed: Verdict, said: str) -> None:
    with pytest.raises(UsageError, match=f"'sft' and 'rl' cannot be compared: {said}"):
        build_trajectory([("sft", BASE), ("rl", changed)])


@pytest.mark.parametrize(
    ("stages", "said"),
    [([("a", BASE)], "at least two stages, and this has 1"), ([("a", BASE), ("a", BASE)], "two stages are named 'a'")],
)
def test_too_few_stages_or_one_name_twice_are_refused(stages: list[tuple[str, Verdict]], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        build_trajectory(stages)


def test_recorded_answers_bring_their_wording_and_the_trajectory_says_what_it_could_not_check() -> None:
    def recorded(sha256: str) -> Verdict:
        who = BASE.respondent.model_copy(update={"kind": "recorded", "sha256": sha256})
        probe = BASE.probes[0].model_copy(update={"wording_sha256": sha256})
        return BASE.model_copy(update={"respondent": who, "probes": (probe,)})

    found = build_trajectory([("a", recorded("1" * 64)), ("b", recorded("2" * 64))])
    assert "could not be checked" in found.notes[0] and not build_trajectory(some_stages()).notes
    assert differences(BASE, recorded("3" * 64))[0][0] == "the kind of respondent"
