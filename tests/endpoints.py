"""Local HTTP endpoints that behave as a test says, and one that serves a real model, for tests of all rooms."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chartered.adapt.pocket import pocket_path
from tests.needs import require

Response = tuple[int, Any] | tuple[int, Any, dict[str, str]]
"""Status, body (what is not bytes is sent as JSON) and further headers; without any, it asks for a pause of 1 ms."""
Respond = Callable[[int, dict[str, Any]], Response]


class Endpoint:
    """A local HTTP server that answers by a function of the request's number (from 0) and its JSON body."""

    def __init__(self, respond: Respond) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.at_once = self.most_at_once = 0
        self._respond, self._lock = respond, threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        """The address for `base_url`."""
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with endpoint._lock:
                    number = len(endpoint.bodies)
                    endpoint.bodies.append(body)
                    endpoint.headers.append({name.lower(): value for name, value in self.headers.items()})
                    endpoint.at_once += 1
                    endpoint.most_at_once = max(endpoint.most_at_once, endpoint.at_once)
                status, content, *more = endpoint._respond(number, body)
                with endpoint._lock:
                    endpoint.at_once -= 1
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                usual = {"content-type": "application/json", "content-length": str(len(data))}
                for name, value in (usual | (more[0] if more else {"retry-after-ms": "1"})).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None: ...

        return Handler


def completion(
    text: str | list[Any] | None, finish: str = "stop", usage: tuple[int, int] | None = (7, 5)
) -> dict[str, Any]:
    """The body of a chat completion."""
    tokens = None if usage is None else {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": 0}
    message = {"role": "assistant", "content": text}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": tokens,
    }


EVENTS = {"content-type": "text/event-stream; charset=utf-8"}
"""Headers of a stream."""


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    """A piece of a chat completion, as a stream sends it."""
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def events(*chunks: dict[str, Any], end: str = "data: [DONE]\n\n") -> bytes:
    """The body of a stream."""
    return ("".join(f"data: {json.dumps(each)}\n\n" for each in chunks) + end).encode()


def streamed(text: str, usage: tuple[int, int] | None = None) -> tuple[int, bytes, dict[str, str]]:
    """A response that sends a text in pieces of three characters."""
    pieces = [chunk(content=text[at : at + 3]) for at in range(0, len(text), 3)]
    counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1]} if usage else None
    last: list[dict[str, Any]] = [{"id": "1", "choices": [], "usage": counted}] if usage else []
    return 200, events(chunk(role="assistant"), *pieces, chunk("stop"), *last), EVENTS


Serve = Callable[[Respond], Endpoint]


@pytest.fixture
def serve(loopback: None) -> Iterator[Serve]:
    """Starts endpoints, and stops them after the test."""
    started: list[tuple[Endpoint, threading.Thread]] = []

    def start(respond: Respond) -> Endpoint:
        endpoint = Endpoint(respond)
        thread = threading.Thread(target=endpoint.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        started.append((endpoint, thread))
        return endpoint

    yield start
    for endpoint, thread in started:
        endpoint.server.shutdown()
        endpoint.server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def loopback() -> None:
    """Skips where this machine may not even talk to itself."""
    require("loopback")


@pytest.fixture(scope="session")
def pocket_endpoint(loopback: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and model of `transformers serve` with the shipped pocket model."""
    require("serve")
    model = str(pocket_path())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("serve") / "serve.log"
    with _serving(model, port, log) as process:
        _wait(process, port, log)
        yield f"http://127.0.0.1:{port}/v1", model


@contextmanager
def _serving(model: str, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    program = Path(sys.executable).with_name("transformers")
    options = ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--default-seed", "7"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with log.open("wb") as said:
        process = subprocess.Popen(
            [str(program), "serve", model, *options],
            stdout=said,
            stderr=said,
            env=environment,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            threading.Event().wait(0.05)
    pytest.fail(f"`transformers serve` did not come up:\n{log.read_text()}")
