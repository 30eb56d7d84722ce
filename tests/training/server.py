"""A web server on 127.0.0.1 that answers as a test says."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

Answer: TypeAlias = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Serves what a test says, on 127.0.0.1; each path is a list of answers, the last one for good."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: Counter[str] = Counter()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answers = outer.answers.get(self.path, [missing])
                answer = answers[min(outer.asked[self.path], len(answers) - 1)]
                outer.asked[self.path] += 1
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def serves(self, path: str, *answers: Answer) -> str:
        self.answers[path] = list(answers)
        return self.address + path


def sends(
    body: bytes, length: int | None = None, code: int = 200, pause: threading.Event | None = None
) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        request.send_header("Content-Length", str(len(body) if length is None else length))
        request.end_headers()
        request.wfile.write(body[: len(body) // 2])
        request.wfile.flush()
        if pause is not None:
            pause.wait(10)
        request.wfile.write(body[len(body) // 2 :])

    return answer


missing = sends(b"not here", code=404)


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.server.shutdown()
        thread.join()
        server.server.server_close()
