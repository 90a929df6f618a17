import subprocess
import sys
from typing import Any

import pytest

from chartered.common.errors import EndpointError, UsageError
from chartered.domains import Message

ASKED: list[Message] = [{"role": "user", "content": "Each box holds 2 coins. How many coins are in 10 of them?"}]


def test_what_is_sent_is_the_model_the_turns_temperature_and_limit(serve: Any, right: Any, teacher_at: Any) -> None:
    endpoint = serve(right)
    teacher = teacher_at(endpoint.url, temperature=0.3, max_tokens=99)
    [reply] = teacher.ask([teacher.request(ASKED)])
    assert reply.text == "2 x 10 = 20.\nAnswer: 20 coins"
    assert endpoint.bodies == [{"messages": ASKED, "model": "m", "temperature": 0.3, "max_tokens": 99}]


def test_what_to_mend_is_named_as_in_a_recipe(serve: Any, teacher_at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="base_url is not an http address"):
        teacher_at("example.org/v1")
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(UsageError, match=r"name another with api_key_env under annotate\.teacher"):
        _ = teacher_at("https://example.org/v1", api_key_env="MY_KEY").api_key
    teacher = teacher_at(serve(lambda *_: (404, {})).url)
    with pytest.raises(EndpointError, match=r"check base_url \(it mostly ends in /v1\) and model\."):
        teacher.ask([teacher.request(ASKED)])


def test_what_decides_a_reply_is_in_the_hash_and_the_address_is_not(teacher_at: Any) -> None:
    one = teacher_at("http://127.0.0.1:1/v1").asked_sha("t")
    assert teacher_at("http://127.0.0.1:2/v1", concurrency=3, timeout=1.0).asked_sha("t") == one
    others = [
        teacher_at("http://127.0.0.1:1/v1").asked_sha("u"),
        *(
            teacher_at("http://127.0.0.1:1/v1", **change).asked_sha("t")
            for change in ({"model": "n"}, {"temperature": 0.7}, {"max_tokens": 9})
        ),
    ]
    assert len({one, *others}) == 5


def test_openai_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, chartered.annotation; print(sorted({'openai', 'torch', 'trl'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
