import asyncio
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.endpoints import streamed
from tests.paths import ROOT

from chartered.annotation import Summary, Teacher, annotate, distil
from chartered.annotation.traces import template_sha
from chartered.common.errors import CharteredError, DataError, EndpointError
from chartered.domains import Domain, Problem
from chartered.domains.prompts import render


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "run" / "replies.jsonl"


def rows(store: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in store.read_text().splitlines()]


def test_right_replies_become_traces_in_the_order_of_the_problems(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(right)
    traces, summary = distil(sums, problems, teacher_at(endpoint.url), store)
    assert [trace.problem_id for trace in traces] == [problem.id for problem in problems]
    assert {(t.teacher, t.strategy, t.temperature, t.label_leaked) for t in traces} == {("m", "one_pass", 0.6, False)}
    assert (summary.asked, summary.reused, summary.kept, summary.accuracy) == (20, 0, 20, 1.0)
    assert (summary.tokens_in, summary.tokens_out, summary.without_usage) == (140, 100, 0)  # 20 x 7 and 20 x 5
    asked = [body["messages"] for body in endpoint.bodies]
    assert sorted(map(str, asked)) == sorted(str(render(problem)) for problem in problems)


def test_only_what_the_verifier_accepts_is_kept_and_the_rest_is_counted(
    sums: Domain, problems: list[Problem], serve: Any, replying: Any, worked_out: Any, teacher_at: Any, store: Path
) -> None:
    def mixed(number: int, body: dict[str, Any]) -> tuple[int, Any]:
        texts = [worked_out(body), "Answer: 1 coins", "Who knows?", None]
        return 200, replying(texts[number % 4], "stop", (7, 5) if number % 4 else None)

    traces, summary = distil(sums, problems, teacher_at(serve(mixed).url, concurrency=1), store)
    assert len(traces) == summary.kept == 5
    assert (summary.wrong, summary.no_answer, summary.failed) == (5, 10, 0)
    # 5 of 20 right: p = 1/4, sqrt(3/16 / 20)
    assert summary.accuracy == 0.25
    assert summary.standard_error == pytest.approx((3 / 320) ** 0.5)
    assert (summary.tokens_in, summary.without_usage) == (15 * 7, 5)
    assert len(rows(store)) == 20


def test_a_reply_cut_at_the_token_limit_is_never_kept(
    sums: Domain, problems: list[Problem], serve: Any, replying: Any, worked_out: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(lambda n, body: (200, replying(worked_out(body), "stop" if n else "length")))
    traces, summary = distil(sums, problems, teacher_at(endpoint.url), store)
    assert (len(traces), summary.kept, summary.cut) == (19, 19, 1)


def test_no_more_calls_are_under_way_than_allowed(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    together = threading.Barrier(3)  # breaks, and fails the test by its time-out, unless three calls come at once

    def respond(number: int, body: dict[str, Any]) -> tuple[int, Any]:
        if 1 <= number <= 3:
            together.wait(timeout=10)
        return right(number, body)  # type: ignore[no-any-return]

    endpoint = serve(respond)
    _, summary = distil(sums, problems, teacher_at(endpoint.url, concurrency=3), store)
    assert endpoint.most_at_once == 3
    assert summary.kept == 20


def test_a_second_run_asks_for_nothing(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    first, _ = distil(sums, problems, teacher_at(serve(right).url), store)
    gone = teacher_at("http://127.0.0.1:9/v1")  # nobody listens there, and nobody has to
    second, summary = distil(sums, problems, gone, store)
    assert second == first
    assert (summary.asked, summary.reused, summary.kept) == (0, 20, 20)


@pytest.mark.parametrize("change", [{"model": "n"}, {"temperature": 0.0}, {"max_tokens": 9}])
def test_another_way_of_asking_reuses_nothing_and_loses_nothing(
    sums: Domain,
    problems: list[Problem],
    serve: Any,
    right: Any,
    teacher_at: Any,
    store: Path,
    change: dict[str, Any],
) -> None:
    endpoint = serve(right)
    distil(sums, problems[:4], teacher_at(endpoint.url), store)
    _, summary = distil(sums, problems[:4], teacher_at(endpoint.url, **change), store)
    assert (summary.asked, summary.reused) == (4, 0)
    _, summary = distil(sums, problems[:4], teacher_at(endpoint.url), store)
    assert (summary.asked, summary.reused) == (0, 4)


@pytest.mark.parametrize("bytes_left", [1, 25, -1])
def test_a_half_written_last_line_is_cut_and_asked_again(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path, bytes_left: int
) -> None:
    endpoint = serve(right)
    distil(sums, problems, teacher_at(endpoint.url, concurrency=1), store)
    *whole, last = store.read_bytes().splitlines()
    store.write_bytes(b"\n".join(whole) + b"\n" + last[:bytes_left])
    traces, summary = distil(sums, problems, teacher_at(endpoint.url), store)
    assert (summary.torn, summary.asked, summary.reused, len(traces)) == (1, 1, 19, 20)
    assert len(rows(store)) == 20


def test_a_last_line_that_lacks_only_its_end_is_kept(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(right)
    distil(sums, problems[:3], teacher_at(endpoint.url), store)
    store.write_bytes(store.read_bytes().rstrip(b"\n"))
    _, summary = distil(sums, problems[:4], teacher_at(endpoint.url), store)
    assert (summary.torn, summary.asked, summary.reused, len(rows(store))) == (0, 1, 3, 4)


@pytest.mark.parametrize(
    "line",
    [
        "{broken",
        "[]",
        '{"a": 1}',
        '{"text": "no id"}',
        '{"problem_id": [], "asked_sha": "a", "text": ""}',
        '{"problem_id": "p", "asked_sha": "a", "text": "", "odd": 1}',
    ],
)
def test_a_damaged_line_in_the_middle_is_named_and_nothing_is_asked(
    sums: Domain, problems: list[Problem], teacher_at: Any, store: Path, line: str
) -> None:
    store.parent.mkdir()
    store.write_text(line + "\n" + "{}\n")
    with pytest.raises(DataError, match=r"replies\.jsonl, line 1"):
        distil(sums, problems, teacher_at("http://127.0.0.1:9/v1"), store)


KILLED = """
import sys, json
from pathlib import Path
sys.path[:0] = [sys.argv[3], str(Path(sys.argv[3]).parents[1])]
from conftest import _sum, verify_sum
from chartered.annotation import Teacher, distil
from chartered.domains import Domain
problems = [_sum(each, count) for each in range(2, 7) for count in (10, 11, 12, 20)]
domain = Domain(name="sums", api_version=1, description="", licence="", corpora=(), problem_sets=(),
                verifiers={"sum": verify_sum}, rewards={}, probes={}, policy=Path("p"), recipes={})
distil(domain, problems, Teacher(base_url=sys.argv[1], model="m", retries=0, concurrency=1), Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_a_run_that_is_killed_pays_for_no_reply_twice(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    running: list[subprocess.Popen[bytes]] = []
    started = threading.Event()

    def respond(number: int, body: dict[str, Any]) -> tuple[int, Any]:
        if number == 7:  # the eighth question is never answered: the asker dies while it waits
            started.wait(timeout=30)
            os.kill(running[0].pid, signal.SIGKILL)
        return right(number, body)  # type: ignore[no-any-return]

    endpoint = serve(respond)
    here = str(ROOT / "tests" / "annotation")
    with subprocess.Popen([sys.executable, "-c", KILLED, endpoint.url, str(store), here]) as process:
        running.append(process)
        started.set()
        assert process.wait(timeout=60) == -signal.SIGKILL
    assert len(rows(store)) == 7
    traces, summary = distil(sums, problems, teacher_at(endpoint.url), store)
    assert (summary.reused, summary.asked, len(traces)) == (7, 13, 20)
    assert len(endpoint.bodies) == 8 + 13


@pytest.mark.parametrize(("status", "calls"), [(401, 1), (404, 1), (400, 2), (500, 3), (429, 3)])
def test_an_endpoint_that_answers_nobody_is_found_out_at_the_first_calls(
    sums: Domain, problems: list[Problem], serve: Any, teacher_at: Any, store: Path, status: int, calls: int
) -> None:
    endpoint = serve(lambda *_: (status, {"error": {"message": "not for you"}}))
    with pytest.raises(EndpointError if calls < 3 else CharteredError, match="not for you"):
        distil(sums, problems, teacher_at(endpoint.url), store)
    assert len(endpoint.bodies) == calls


def test_a_wrong_address_is_one_plain_sentence(
    loopback: None, sums: Domain, problems: list[Problem], teacher_at: Any, store: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(EndpointError) as caught:
        distil(sums, problems, teacher_at(url), store)
    assert str(caught.value).startswith(f"{url} cannot be reached (")
    assert str(caught.value).endswith("check base_url, and that the server runs.")


def test_a_first_problem_that_cannot_be_asked_does_not_stop_the_others(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(lambda n, body: right(n, body) if n else (400, {"error": {"message": "too long"}}))
    traces, summary = distil(sums, problems, teacher_at(endpoint.url), store)
    assert (len(traces), summary.failed, summary.asked) == (19, 1, 20)
    assert len(summary.failures) == 1
    assert "too long" in summary.failures[0]


def picky(problems: list[Problem], status: int, message: str, answer: Any) -> Any:
    """An endpoint that refuses these problems and answers others, a harmless question too."""
    refused = [render(problem) for problem in problems]

    def respond(n: int, body: dict[str, Any]) -> Any:
        return (status, {"error": {"message": message}}) if body["messages"] in refused else answer(n, body)

    return respond


def test_problems_that_a_filter_refuses_are_counted_and_not_asked_again(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, replying: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(picky(problems[:4], 400, "triggered the content management policy", right))
    traces, summary = distil(sums, problems, teacher_at(endpoint.url), store)
    assert (len(traces), summary.no_answer, summary.filtered, summary.failed) == (16, 4, 4, 0)
    again, resumed = distil(sums, problems, teacher_at("http://127.0.0.1:9/v1"), store)
    assert (again, resumed.asked, resumed.filtered) == (traces, 0, 4)


@pytest.mark.parametrize("status", [400, 403])
def test_the_first_problems_may_be_refused_where_a_harmless_question_is_answered(
    sums: Domain,
    problems: list[Problem],
    serve: Any,
    right: Any,
    replying: Any,
    teacher_at: Any,
    store: Path,
    status: int,
) -> None:
    endpoint = serve(picky(problems[:4], status, "not this one", right))
    for _ in range(2):
        traces, summary = distil(sums, problems, teacher_at(endpoint.url), store)
        assert (len(traces), summary.failed) == (16, 4)  # a fifth, which is tolerated
    with pytest.raises(CharteredError, match="failed on 20 of 20 problems"):
        distil(sums, problems, teacher_at(serve(picky(problems, status, "no", right)).url), store.with_name("other"))


def test_an_answer_that_a_server_takes_for_a_thought_is_read_and_counted(
    sums: Domain, problems: list[Problem], serve: Any, replying: Any, worked_out: Any, teacher_at: Any, store: Path
) -> None:
    def thinks(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        made = replying("", "length" if n == 0 else "stop")
        made["choices"][0]["message"]["reasoning_content"] = worked_out(body)
        return 200, made

    traces, summary = distil(sums, problems, teacher_at(serve(thinks).url), store)
    assert (len(traces), summary.kept, summary.cut, summary.from_reasoning) == (19, 19, 1, 19)
    assert rows(store)[1]["text"] == "" and rows(store)[1]["reasoning"]


def test_content_in_parts_is_stored_as_text_and_a_store_that_holds_a_list_is_read(
    sums: Domain, problems: list[Problem], serve: Any, replying: Any, worked_out: Any, teacher_at: Any, store: Path
) -> None:
    def parts(body: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"type": "text", "text": worked_out(body)}, {"type": "image_url", "image_url": {"url": "x"}}]

    teacher = teacher_at(serve(lambda n, body: (200, replying(parts(body)))).url)
    traces, summary = distil(sums, problems[:3], teacher, store)
    assert summary.kept == 3 and all(isinstance(row["text"], str) and row["unread"] == 1 for row in rows(store))
    old = [
        {**row, "text": [{"type": "text", "text": row["text"]}, {"type": "thinking", "thinking": "Hm."}]}
        for row in rows(store)
    ]
    store.write_text("".join(json.dumps(row) + "\n" for row in old))
    again, resumed = distil(sums, problems[:3], teacher, store)
    assert (again, resumed.reused) == (traces, 3)


def test_a_teacher_that_takes_no_temperature_leaves_none_in_the_traces_also_of_a_resumed_run(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    def fixed(n: int, body: dict[str, Any]) -> Any:
        said = "Only the default (1) value is supported for temperature."
        return (400, {"error": {"message": said}}) if "temperature" in body else right(n, body)

    teacher = teacher_at(serve(fixed).url)
    for _ in range(2):
        traces, summary = distil(sums, problems, teacher, store)
        assert {trace.temperature for trace in traces} == {None} and summary.left_out == ("temperature",)
        assert summary.row()["left_out"] == ["temperature"]
        teacher = teacher_at("http://127.0.0.1:9/v1")


def test_a_teacher_can_be_asked_without_a_temperature_and_for_streams(
    sums: Domain, problems: list[Problem], serve: Any, worked_out: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(lambda n, body: streamed(worked_out(body)))
    traces, summary = distil(sums, problems, teacher_at(endpoint.url, temperature=None, stream=True), store)
    assert summary.kept == 20 and summary.streamed and summary.left_out == ()
    assert {trace.temperature for trace in traces} == {None}
    assert all(body["stream"] and "temperature" not in body for body in endpoint.bodies)


def test_a_problem_that_fails_every_time_does_not_keep_a_resumed_run_from_ending(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    distil(sums, problems[1:], teacher_at(serve(right).url), store)
    always = serve(lambda *_: (500, {"error": {"message": "sorry"}}))
    traces, summary = distil(sums, problems, teacher_at(always.url), store)
    assert (len(traces), summary.failed, summary.asked, summary.reused) == (19, 1, 1, 19)


def test_too_many_failures_stop_the_run_and_leave_what_was_paid_for(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(lambda n, body: right(n, body) if n < 10 else (500, {"error": {"message": "out of credit"}}))
    with pytest.raises(CharteredError) as caught:
        distil(sums, problems, teacher_at(endpoint.url, concurrency=1), store)
    assert str(caught.value).startswith(
        f"the teacher failed on 10 of 20 problems, more than 20%; the 10 replies are kept in {store}, run again"
    )
    assert "out of credit" in str(caught.value)
    assert len(rows(store)) == 10
    _, summary = distil(sums, problems, teacher_at(serve(right).url), store)
    assert (summary.reused, summary.asked, summary.kept) == (10, 10, 20)


def test_a_key_that_is_refused_later_stops_the_run_and_what_was_under_way_is_kept(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    two_through = threading.Event()

    def respond(number: int, body: dict[str, Any]) -> tuple[int, Any]:
        if number == 2:
            return 401, {"error": {"message": "out of credit"}}
        assert number == 0 or two_through.wait(timeout=60)  # with the first reply, the refusal is the second
        return right(number, body)  # type: ignore[no-any-return]

    endpoint = serve(respond)
    with pytest.raises(EndpointError, match="refuses the key in OPENAI_API_KEY") as caught:
        distil(
            sums,
            problems,
            teacher_at(endpoint.url, concurrency=3, timeout=100.0),
            store,
            lambda done, _: two_through.set() if done == 2 else None,
        )
    assert (len(endpoint.bodies), len(rows(store))) == (4, 3)  # the first alone, then three at once
    assert str(caught.value).endswith(f"So far, the 3 replies are kept in {store}, run again to go on.")


def test_reasoning_is_paid_for_and_kept_and_is_no_part_of_the_trace(
    sums: Domain, problems: list[Problem], serve: Any, replying: Any, worked_out: Any, teacher_at: Any, store: Path
) -> None:
    def thinks(number: int, body: dict[str, Any]) -> tuple[int, Any]:
        made = replying(worked_out(body))
        made["choices"][0]["message"]["reasoning_content"] = "Let me see.\nAnswer: 1 coins"
        return 200, made

    traces, summary = distil(sums, problems[:3], teacher_at(serve(thinks).url), store)
    assert [row["reasoning"] for row in rows(store)] == ["Let me see.\nAnswer: 1 coins"] * 3
    assert summary.kept == 3 and not any("Let me see" in str(trace.messages) for trace in traces)


def test_a_store_of_an_older_version_is_read(
    sums: Domain, problems: list[Problem], teacher_at: Any, store: Path
) -> None:
    gone = teacher_at("http://127.0.0.1:9/v1")
    old = {
        "problem_id": problems[0].id,
        "asked_sha": gone.asked_sha(template_sha()),
        "text": "Answer: 20 coins",
        "finish": "stop",
        "tokens_in": 7,
        "tokens_out": None,
    }
    store.parent.mkdir()
    store.write_text(json.dumps(old) + "\n")
    _, summary = distil(sums, problems[:1], gone, store)
    assert (summary.reused, summary.kept, summary.tokens_in, summary.without_usage) == (1, 1, 7, 1)


def test_a_long_run_stops_before_all_problems_have_failed(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, replying: Any, teacher_at: Any, store: Path
) -> None:
    from dataclasses import replace

    many = [replace(p, groups={}, options=(), answer=str(i)) for i in range(10) for p in problems]
    endpoint = serve(lambda n, _: (200, replying("Answer: 1")) if n < 10 else (500, {}))
    with pytest.raises(CharteredError, match="failed on 10 of 20 problems"):
        distil(sums, many, teacher_at(endpoint.url, concurrency=1), store)
    assert len(endpoint.bodies) == 20  # of 200


def test_exactly_a_fifth_is_tolerated(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(lambda n, body: right(n, body) if n % 5 else (500, {}))
    traces, summary = distil(sums, problems, teacher_at(endpoint.url, concurrency=1), store)
    assert (len(traces), summary.failed) == (16, 4)


def test_a_problem_given_twice_is_asked_once(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(right)
    _, summary = distil(sums, [problems[0], problems[0], problems[1]], teacher_at(endpoint.url), store)
    assert (len(endpoint.bodies), summary.asked, summary.problems, summary.kept) == (2, 2, 3, 3)


def test_progress_counts_what_was_there_and_ends_at_the_total(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(right)
    distil(sums, problems[:5], teacher_at(endpoint.url), store)
    seen: list[tuple[int, int]] = []
    distil(sums, problems, teacher_at(endpoint.url), store, lambda done, total: seen.append((done, total)))
    assert seen == [(done, 20) for done in range(6, 21)]


def test_it_works_where_an_event_loop_runs_already(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    async def notebook() -> Summary:
        return distil(sums, problems, teacher_at(serve(right).url), store)[1]

    assert asyncio.run(notebook()).kept == 20


def test_a_teacher_that_is_never_right_is_an_error_that_names_it(
    sums: Domain, problems: list[Problem], serve: Any, replying: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(lambda *_: (200, replying("Answer: 1")))
    with pytest.raises(DataError, match=r"none of the 20 problems gave a trace \(wrong 20\); ask a stronger teacher"):
        annotate(sums, problems, teacher=teacher_at(endpoint.url), store=store)
    assert len(rows(store)) == 20


def test_a_full_disk_is_one_plain_sentence_and_earlier_replies_stay(
    sums: Domain, problems: list[Problem], serve: Any, right: Any, teacher_at: Any, store: Path
) -> None:
    endpoint = serve(right)
    distil(sums, problems[:5], teacher_at(endpoint.url), store)
    size = store.stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, before[1]))  # room for part of one more line
    try:
        with pytest.raises(CharteredError, match="replies cannot be written here"):
            distil(sums, problems, teacher_at(endpoint.url), store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    _, summary = distil(sums, problems, teacher_at(endpoint.url), store)
    assert (summary.reused, summary.torn, summary.kept) == (5, 1, 20)


def test_a_folder_in_place_of_the_store_is_one_plain_sentence(
    sums: Domain, problems: list[Problem], teacher_at: Any, tmp_path: Path
) -> None:
    with pytest.raises(CharteredError, match="replies cannot be written here"):
        distil(sums, problems, teacher_at("http://127.0.0.1:9/v1"), tmp_path)


@pytest.mark.slow
def test_the_pocket_behind_a_real_server_is_asked_judged_and_not_asked_again(
    sums: Domain, problems: list[Problem], pocket_endpoint: tuple[str, str], store: Path
) -> None:
    url, model = pocket_endpoint
    few = problems[::3]
    teacher = Teacher(base_url=url, model=model, temperature=0.0, max_tokens=40, concurrency=2)
    traces, summary = distil(sums, few, teacher, store)
    assert (summary.asked, summary.failed, summary.problems) == (7, 0, 7)
    assert summary.without_usage == 0
    assert 0 < summary.tokens_out <= 7 * 40
    assert len(traces) == summary.kept
    by_id = {problem.id: problem for problem in few}
    for trace in traces:
        assert sums.verify(by_id[trace.problem_id], trace.messages[-1]["content"]).status == "correct"
    again, resumed = distil(sums, few, teacher, store)
    assert again == traces
    assert (resumed.asked, resumed.reused, resumed.kept) == (0, 7, summary.kept)


@pytest.mark.slow
def test_a_real_server_that_does_not_serve_the_model_is_found_out(
    sums: Domain, problems: list[Problem], pocket_endpoint: tuple[str, str], store: Path, teacher_at: Callable[..., Any]
) -> None:
    url, _ = pocket_endpoint
    with pytest.raises(CharteredError, match=r"model 'nobody/knows-this'.*Server is pinned to"):
        distil(sums, problems, teacher_at(url, model="nobody/knows-this"), store)
    with pytest.raises(EndpointError, match="no such path"):
        distil(sums, problems, teacher_at(url.replace("/v1", "/v2")), store)
