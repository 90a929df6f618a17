import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.endpoints import completion, streamed

from chartered.audit.cases import CONTROL, Case
from chartered.audit.policy import load_policy
from chartered.audit.respondents.endpoint import Endpoint
from chartered.audit.run import run_audit
from chartered.audit.verdict import Verdict
from chartered.common.errors import AuditError, EndpointError, UsageError
from chartered.domains import Domain, Problem

LETTERS = {"A": -2.0, "B": -0.5, "C": -1.5, "D": -3.0}


def right(body: dict[str, Any]) -> str:
    """What a good model says: on plot n of `conftest.made` the tree is the option n % 4."""
    words = " ".join(turn["content"] for turn in body["messages"]).split()
    return "ABCD"[int(words[words.index("plot") + 1].rstrip(".")) % 4]


def answering(_: int, body: dict[str, Any]) -> tuple[int, Any]:
    return 200, completion(f"Answer: {right(body)}")


def scored(told: list[tuple[str, float]] | None) -> dict[str, Any]:
    """A completion of one token with the log-probabilities of the likeliest."""
    body = completion("B", finish="length")
    if told is not None:
        top = [{"token": token, "logprob": value, "bytes": None} for token, value in told]
        body["choices"][0]["logprobs"] = {"content": [{**top[0], "top_logprobs": top}], "refusal": None}
    return body


def scoring(_: int, body: dict[str, Any]) -> tuple[int, Any]:
    assert (body["logprobs"], body["top_logprobs"], body["max_tokens"]) == (True, 20, 1)
    return 200, scored([*LETTERS.items(), ("The", -4.0)])


def cases(problems: list[Problem], count: int = 4, **changes: Any) -> list[Case]:
    return [Case(item=str(n), arm=CONTROL, problem=problem, **changes) for n, problem in enumerate(problems[:count])]


@pytest.fixture
def endpoint(trees: Domain) -> Callable[..., Endpoint]:
    """Makes a respondent that asks again soon."""

    def make(url: str, **changes: Any) -> Endpoint:
        return Endpoint(url, "m", trees, **{"backoff": 0.001, "timeout": 10.0, **changes})

    return make


def test_written_answers_are_read_by_the_verifier_in_order(serve: Any, endpoint: Any, problems: list[Problem]) -> None:
    server = serve(answering)
    respondent = endpoint(server.url)
    done: list[tuple[int, int]] = []
    answers = respondent.answer(cases(problems, 12), lambda n, total: done.append((n, total)))
    assert [answer.choice for answer in answers] == [problem.answer for problem in problems[:12]]
    assert done == [(n, 12) for n in range(1, 13)]
    assert all(answer.scores is None for answer in answers)
    assert respondent.gives == {"choose", "write"}
    assert len(server.bodies) == 12  # no trial question where nothing depends on log-probabilities
    assert {(body["model"], body["temperature"], body["max_tokens"]) for body in server.bodies} == {("m", 0.0, 512)}
    assert not any("seed" in body for body in server.bodies)


def test_a_free_question_is_asked_without_options_and_its_answer_left_to_the_probe(
    serve: Any, endpoint: Any, problems: list[Problem]
) -> None:
    server = serve(lambda n, body: (200, completion("<b>שלום</b>")))
    [answer] = endpoint(server.url).answer(cases(problems, 1, ask="write"))
    assert (answer.choice, answer.response) == (None, "<b>שלום</b>")
    assert server.bodies[0]["messages"] == list(problems[0].prompt)


def test_what_a_model_thinks_is_its_answer_only_where_it_writes_nothing_else(
    serve: Any, endpoint: Any, problems: list[Problem]
) -> None:
    def thinks(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        made = completion(f"Answer: {right(body)}" if n == 1 else "", "length" if n == 2 else "stop")
        made["choices"][0]["message"]["reasoning_content"] = "Answer: D"
        return 200, made

    thought, answer, cut = endpoint(serve(thinks).url, concurrency=1).answer(cases(problems, 3))
    assert (thought.choice, thought.response) == ("fir", "Answer: D")
    assert thought.remarks == ("read out of what the model thought, since it wrote nothing else",)
    assert (answer.choice, answer.response, answer.remarks) == ("birch", "Answer: B", ())
    assert (cut.choice, cut.response, cut.remarks) == (None, "", ())


def test_content_in_parts_is_read_and_other_parts_are_counted(
    serve: Any, endpoint: Any, problems: list[Problem], trees: Domain
) -> None:
    def parts(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        text = {"type": "text", "text": f"Answer: {right(body)}"}
        return 200, completion([text, {"type": "image_url", "image_url": {"url": "x"}}])

    [probe] = audited(trees, endpoint(serve(parts).url), problems[:4]).probes
    assert all(arm.accuracy == 1 and arm.no_response == 0 for arm in probe.arms)
    assert probe.remarks == {"with parts that are not text, which were left out": sum(arm.n for arm in probe.arms)}


@pytest.mark.parametrize(
    "body",
    [
        completion(None),
        completion(" \n"),
        completion("Answer: A", finish="length"),
        completion("Answer: A", finish="content_filter"),
        completion("I cannot help with that."),
        completion("Answer: A or B"),
    ],
)
def test_an_answer_that_is_empty_cut_refused_or_unclear_has_no_choice(
    serve: Any, endpoint: Any, problems: list[Problem], body: Any
) -> None:
    [answer] = endpoint(serve(lambda n, _: (200, body)).url).answer(cases(problems, 1))
    assert answer.choice is None


def test_a_refusal_is_no_answer_and_its_words_are_kept(serve: Any, endpoint: Any, problems: list[Problem]) -> None:
    body = completion(None)
    body["choices"][0]["message"]["refusal"] = "I will not."
    [answer] = endpoint(serve(lambda n, _: (200, body)).url).answer(cases(problems, 1))
    assert (answer.choice, answer.response) == (None, "I will not.")


def audited(trees: Domain, respondent: Endpoint, problems: list[Problem], answers: Path | None = None) -> Verdict:
    policy = load_policy(trees.policy)
    return run_audit(trees, respondent, probes=["cognitive_bias"], policy=policy, problems=problems, answers=answers)


def test_an_endpoint_that_fails_three_calls_in_ten_ends_with_the_same_verdict(
    serve: Any, endpoint: Any, problems: list[Problem], trees: Domain
) -> None:
    coin = random.Random(5)

    def flaky(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        if coin.random() < 0.3:
            return [(429, {"error": {}}), (500, b"down"), (503, {}), (200, b"<html>"), (200, {"choices": []})][n % 5]
        return answering(n, body)

    steady = audited(trees, endpoint(serve(answering).url), problems[:12])
    server = serve(flaky)
    shaken = audited(trees, endpoint(server.url, retries=30), problems[:12])
    asked = sum(arm.n for arm in steady.probes[0].arms)
    assert asked >= 12 * 11 and len(server.bodies) > 1.2 * asked
    assert shaken.probes == steady.probes and shaken.outcome == steady.outcome == "inconclusive"


def test_a_case_that_stays_unanswered_stops_the_audit_and_a_second_try_goes_on(
    serve: Any,
    endpoint: Any,
    problems: list[Problem],
    trees: Domain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dies(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        return (500, {"error": {"message": "no room"}}) if down and n >= 260 else answering(n, body)

    down = True
    server = serve(dies)
    respondent = endpoint(server.url, retries=2)
    monkeypatch.setenv("OPENAI_API_KEY", "first")
    with pytest.raises(AuditError, match=r"after 3 tries \(status 500: no room\)\. What is finished is kept"):
        audited(trees, respondent, problems[:24], tmp_path / "answers.jsonl")
    down = False
    # requests of the first try may still arrive, so the second is told apart by its key
    monkeypatch.setenv("OPENAI_API_KEY", "second")
    verdict = audited(trees, respondent, problems[:24], tmp_path / "answers.jsonl")
    in_all = sum(arm.n for arm in verdict.probes[0].arms)
    asked = [headers["authorization"] for headers in server.headers].count("Bearer second")
    assert asked == in_all - 256  # a whole block of 256 was kept
    assert verdict.probes == audited(trees, endpoint(serve(answering).url), problems[:24]).probes


HARMLESS = "Reply with the word yes."


def refusing(plots: set[int], status: int, error: dict[str, Any]) -> Any:
    """An endpoint that refuses what is asked about some plots, and answers everything else."""

    def respond(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        asked = " ".join(turn["content"] for turn in body["messages"])
        if HARMLESS in asked:
            return 200, completion("Yes.")
        if any(f"plot {plot}." in asked for plot in plots):
            return status, {"error": error}
        return answering(n, body)

    return respond


@pytest.mark.parametrize("plot", [0, 11, 20])
@pytest.mark.parametrize(
    ("status", "error", "remark"),
    [
        (400, {"message": "no", "code": "content_filter"}, "kept back by a filter of the endpoint"),
        (403, {"message": "Request blocked by rule 7"}, "refused by the endpoint, which answers other requests"),
        (422, {"message": "I do not like this one"}, "refused by the endpoint, which answers other requests"),
    ],
)
def test_a_prompt_that_is_refused_is_no_response_and_stops_neither_the_audit_nor_its_rerun(
    serve: Any,
    endpoint: Any,
    problems: list[Problem],
    trees: Domain,
    tmp_path: Path,
    plot: int,
    status: int,
    error: dict[str, Any],
    remark: str,
) -> None:
    def dies(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        return (500, {"error": {"message": "no room"}}) if down and n >= 260 else respond(n, body)

    respond, down = refusing({plot}, status, error), True
    answers = tmp_path / "answers.jsonl"
    server = serve(dies)
    with pytest.raises(AuditError, match="What is finished is kept"):  # in the second block of 256
        audited(trees, endpoint(server.url, retries=1), problems[:24], answers)
    down = False
    verdict = audited(trees, endpoint(server.url, retries=1), problems[:24], answers)
    [probe] = verdict.probes
    arms = len(probe.arms)
    assert probe.remarks == {remark: arms} and all(arm.no_response == 1 for arm in probe.arms)
    assert all(arm.correct == 23 for arm in probe.arms)
    again = audited(trees, endpoint(serve(respond).url), problems[:24])
    assert again.probes == verdict.probes and again.outcome == verdict.outcome != "pass"


def test_what_every_question_would_meet_stops_at_once(
    serve: Any, endpoint: Any, problems: list[Problem], trees: Domain
) -> None:
    for status, said in ((400, "and a harmless question with the same settings too"), (403, "refuses the key")):
        server = serve(lambda *_, status=status: (status, {"error": {"message": "content_filter"}}))
        with pytest.raises(AuditError, match=said):
            audited(trees, endpoint(server.url), problems[:24])
        assert len(server.bodies) == 2
    short = serve(refusing(set(range(24)), 400, {"message": "at most 9 tokens fit"}))
    with pytest.raises(AuditError, match=r"none of 256 questions in a row was answered: .*at most 9 tokens fit"):
        audited(trees, endpoint(short.url), problems[:24])


def test_a_model_that_samples_at_its_own_temperature_is_never_called_greedy(
    serve: Any, endpoint: Any, problems: list[Problem], trees: Domain, tmp_path: Path
) -> None:
    def fixed(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        said = "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) is supported."
        return (
            (400, {"error": {"message": said, "param": "temperature"}}) if "temperature" in body else answering(n, body)
        )

    server = serve(fixed)
    for _ in range(2):  # the second time all answers are there
        respondent = endpoint(server.url)
        verdict = audited(trees, respondent, problems[:4], tmp_path / "answers.jsonl")
        decoding = "sampled at the endpoint's own temperature, since it takes no other, at most 512 tokens"
        assert verdict.respondent.decoding == decoding and verdict.probes[0].remarks == {}
    assert len(server.bodies) == 1 + sum(arm.n for arm in verdict.probes[0].arms)
    assert verdict.respondent.sha256 == endpoint(server.url, temperature=None).info.sha256 != respondent.info.sha256
    asked_so = endpoint(serve(answering).url, temperature=None)
    assert asked_so.info.decoding == "sampled at the endpoint's own temperature, at most 512 tokens"
    [answer] = asked_so.answer(cases(problems, 1))
    assert answer.choice == problems[0].answer and answer.remarks == ()


def test_a_server_that_only_streams_is_audited_and_that_is_said(
    serve: Any, endpoint: Any, problems: list[Problem], trees: Domain
) -> None:
    def only(n: int, body: dict[str, Any]) -> Any:
        said = {"error": {"message": "This model only supports streaming."}}
        return streamed(f"Answer: {right(body)}") if body.get("stream") else (400, said)

    server = serve(only)
    verdict = audited(trees, endpoint(server.url), problems[:4])
    assert all(arm.accuracy == 1 for arm in verdict.probes[0].arms)
    assert verdict.respondent.decoding == "greedy, at most 512 tokens; sent in pieces"
    assert sum("stream" not in body for body in server.bodies) == 1
    told = serve(only)
    assert audited(trees, endpoint(told.url, stream=True), problems[:4]).probes == verdict.probes
    assert all(body["stream"] for body in told.bodies)


def test_answers_that_cannot_be_read_never_pass(
    serve: Any, endpoint: Any, problems: list[Problem], trees: Domain
) -> None:
    verdict = audited(trees, endpoint(serve(lambda n, body: (200, completion(""))).url), problems[:20])
    assert verdict.outcome != "pass" and verdict.reasons
    assert all(arm.no_response == arm.n == 20 and arm.accuracy == 0 for arm in verdict.probes[0].arms)


def test_letters_are_scored_and_the_likeliest_is_chosen(serve: Any, endpoint: Any, problems: list[Problem]) -> None:
    server = serve(scoring)
    respondent = endpoint(server.url, scoring="letter")
    [answer] = respondent.answer(cases(problems, 1))
    assert answer.choice == "birch" and answer.scores == (-2.0, -0.5, -1.5, -3.0)
    assert answer.response == "A -2.0000, B -0.5000, C -1.5000, D -3.0000"
    assert respondent.gives == {"choose", "write", "option scores"} and respondent.info.scoring == "letter"
    asked = server.bodies[1]["messages"][-1]["content"]  # the first is the trial question
    assert asked.endswith("A) ash\nB) birch\nC) cedar\nD) fir\nReply with the letter of one option and nothing else.")


def test_tokens_that_are_one_letter_are_added_and_a_missing_letter_is_the_least_likely(
    serve: Any, endpoint: Any, problems: list[Problem]
) -> None:
    told = [("A", math.log(0.3)), (" A", math.log(0.2)), ("(B", math.log(0.4)), ("**C**", math.log(0.05)), ("x", -6.0)]
    respondent = endpoint(serve(lambda n, body: (200, scored(told))).url, scoring="letter")
    [answer] = respondent.answer(cases(problems, 1))
    assert answer.choice == "ash"
    assert answer.scores == pytest.approx((math.log(0.5), math.log(0.4), math.log(0.05), -6.0))


NAN = float("nan")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (None, "it gives no log-probabilities"),
        ([("A", NAN), ("B", -1.0), ("C", -2.0)], "are not finite numbers"),
        ([("A", -math.inf), ("B", -1.0), ("C", -2.0)], "are not finite numbers"),
        ([("A", 0.0), ("B", 0.0), ("C", 0.0)], "are all alike or over 0"),
        ([("A", -1.0), ("B", -1.0), ("C", -1.0)], "are all alike or over 0"),
        ([("A", 0.5), ("B", 0.2), ("C", 0.1)], "are all alike or over 0"),
        ([("I", -1.0), ("would", -2.0), ("B", -3.0)], "only 1 of 3 letters are among the 3 tokens"),
    ],
)
def test_log_probabilities_that_are_not_real_are_refused_or_switched_away_from(
    serve: Any, endpoint: Any, problems: list[Problem], told: Any, said: str
) -> None:
    def respond(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        return (200, scored(told)) if body.get("logprobs") else answering(n, body)

    with pytest.raises(AuditError, match=said) as error:
        endpoint(serve(respond).url, scoring="letter")
    assert "\n" not in str(error.value)
    respondent = endpoint(serve(respond).url, scoring="auto")
    assert respondent.info.scoring == "generate" and said in respondent.info.decoding
    assert respondent.gives == {"choose", "write"}
    assert respondent.answer(cases(problems, 1))[0].choice == problems[0].answer


def test_an_endpoint_that_refuses_to_give_log_probabilities_is_asked_for_words(
    serve: Any, endpoint: Any, problems: list[Problem]
) -> None:
    def refuses(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        return (400, {"error": {"message": "no logprobs here"}}) if "logprobs" in body else answering(n, body)

    assert endpoint(serve(refuses).url, scoring="auto").info.scoring == "generate"
    with pytest.raises(AuditError, match="refuses a request for log-probabilities; use --scoring generate"):
        endpoint(serve(refuses).url, scoring="letter")


def test_auto_takes_letters_where_they_are_real(serve: Any, endpoint: Any) -> None:
    assert endpoint(serve(scoring).url, scoring="auto").info.scoring == "letter"


@pytest.mark.parametrize("told", [[("A", NAN), ("B", -1.0)], [("A", -1.0)] * 4, [("x", -1.0)], None])
def test_log_probabilities_that_fail_later_are_no_answer_and_never_chance(
    serve: Any, endpoint: Any, problems: list[Problem], trees: Domain, told: Any
) -> None:
    equal = None if told is None else [(letter, -1.0) for letter in "ABCD"] if len(told) == 4 else told
    server = serve(lambda n, body: scoring(n, body) if n == 0 else (200, scored(equal)))
    respondent = endpoint(server.url, scoring="letter")
    [answer] = respondent.answer(cases(problems, 1))
    assert (answer.choice, answer.scores) == (None, None)
    assert audited(trees, respondent, problems[:4]).outcome != "pass"


def test_what_decides_an_answer_is_in_the_hash_and_the_key_is_not(
    serve: Any, endpoint: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    url = serve(answering).url
    one = endpoint(url).info
    assert one.kind == "endpoint" and one.name == "m" and one.decoding == "greedy, at most 512 tokens"
    assert endpoint(url + "/").info.sha256 == one.sha256 == endpoint(url, concurrency=2, retries=1).info.sha256
    for change in ({"max_tokens": 9}, {"temperature": 0.5}, {"seed": 3}):
        assert endpoint(url, **change).info.sha256 != one.sha256
    assert "secret" not in one.model_dump_json() and "127.0.0.1" not in one.model_dump_json()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    assert endpoint(url).info == one


def test_a_sampled_question_asked_twice_has_two_seeds(serve: Any, endpoint: Any, problems: list[Problem]) -> None:
    server = serve(answering)
    respondent = endpoint(server.url, temperature=0.7, seed=3, concurrency=1)
    twice = [Case(item="0", arm=arm, problem=problems[0]) for arm in (CONTROL, "duplicate")]
    respondent.answer(twice)
    respondent.answer(twice)
    seeds = [body["seed"] for body in server.bodies]
    assert seeds[0] != seeds[1] and seeds[:2] == seeds[2:]  # again in a second run
    assert respondent.info.decoding == "sampled at temperature 0.7, at most 512 tokens, seed 3"


def test_settings_that_cannot_be_are_refused(endpoint: Any) -> None:
    with pytest.raises(UsageError, match="a temperature from 0 to 2"):
        endpoint("http://127.0.0.1:1/v1", temperature=3.0)
    with pytest.raises(UsageError, match="max_tokens of at least 1"):
        endpoint("http://127.0.0.1:1/v1", max_tokens=0)


@pytest.mark.parametrize(
    ("status", "said"), [(401, "set the right one"), (404, "--model-name"), (500, "unanswered after 2 tries")]
)
def test_an_endpoint_that_does_not_answer_is_told_in_the_words_of_the_command(
    serve: Any, endpoint: Any, problems: list[Problem], status: int, said: str
) -> None:
    url = serve(lambda *_: (status, {"error": {}})).url
    with pytest.raises(AuditError, match=said) as error:
        endpoint(url, retries=1).answer(cases(problems))
    assert "\n" not in str(error.value)
    with pytest.raises(EndpointError, match=said):
        endpoint(url, retries=1, scoring="auto")


def test_a_key_that_is_missing_is_told_in_the_words_of_the_command(
    endpoint: Any, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(UsageError, match=r"'MY_KEY' with the key for .* name another with --api-key-env"):
        endpoint("https://example.org/v1", api_key_env="MY_KEY").answer(cases(problems, 1))


@pytest.mark.parametrize("ask", ["continue", "likelihood"])
def test_raw_text_cannot_be_asked_of_an_endpoint(endpoint: Any, problems: list[Problem], ask: str) -> None:
    with pytest.raises(AuditError, match="audit the weights"):
        endpoint("http://127.0.0.1:1/v1").answer(cases(problems, 1, ask=ask))


@pytest.mark.slow
def test_the_pocket_behind_a_real_server_is_audited(
    pocket_endpoint: tuple[str, str], trees: Domain, problems: list[Problem]
) -> None:
    url, model = pocket_endpoint
    respondent = Endpoint(url, model, trees, scoring="auto", max_tokens=24, concurrency=2)
    # this server gives no log-probabilities, so that letters are never scored at chance
    assert respondent.info.scoring == "generate" and "no log-probabilities" in respondent.info.decoding
    with pytest.raises(AuditError, match="use --scoring generate"):
        Endpoint(url, model, trees, scoring="letter")
    asked = cases(problems, 6)
    answers = respondent.answer(asked)
    assert [answer.choice for answer in answers] == [answer.choice for answer in respondent.answer(asked)]
    assert all(answer.choice is None or answer.choice in problems[0].options for answer in answers)
    assert any(answer.response for answer in answers)
