"""Measures what a question to a model costs on our side of the wire: `python -m evaluation.bench_llm`.

The endpoint runs in a process of its own and answers from memory, so that what is counted is ours: building the
request, Instructor, HTTP, validation, grounding. CPU time is this process's own; wall times depend on what else the
machine does, so each figure is the median of several rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from statistics import median
from urllib.parse import urlsplit

from documents.plain_text import text_page
from documents.value import Value
from evaluation.loopback.answers import nothing_stated
from evaluation.loopback.server import completion
from extractors.backends.completion import Client
from extractors.document_type import all_document_types
from extractors.llm.asking import Asking
from extractors.llm.breaker import Breaker
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import Question, questions
from extractors.llm.rates import Rates
from extractors.llm.settings import AnswerMode, LlmSettings

CACHED = (sys.executable, "-m", "flows.cached_questions")
_SERVE = (sys.executable, "-m", "evaluation.bench_llm", "--serve")
_PAGE = "PROGRESS NOTE\nPatient: Ada Example\nDate of birth: 03/04/1980\nDate of visit: 02/03/2026\n" + "\n".join(
    f"Line {n}: the patient reports no change since the visit before; the plan stays as it was." for n in range(45)
)
_NAMED = re.compile(rb'"function": ?\{"name": ?"(\w+)"|"json_schema": ?\{"name": ?"(\w+)"')


class Costs(Value):
    """Medians over the rounds.

    Attributes:
        cpu_ms: of our side, a call.
        calls_per_second: with `in_flight` at a time.
        connections: that the endpoint saw in all rounds: one client keeps no more than are in flight.
    """

    cpu_ms: float
    calls_per_second: float
    in_flight: int
    connections: int


def measure(mode: AnswerMode, *, calls: int, rounds: int, in_flight: int) -> Costs:
    """Asks about one page of a note again and again, through one client."""
    with _endpoint() as url:
        settings = LlmSettings(base_url=url, model="bench", mode=mode, in_flight=in_flight)
        return asyncio.run(_measured(settings, calls, rounds))


async def _measured(settings: LlmSettings, calls: int, rounds: int) -> Costs:
    client = Client(settings)
    rates = Rates(requests_per_minute=0, tokens_per_minute=0, clock=time.monotonic)
    gate = asyncio.Semaphore(settings.in_flight)
    asking = Asking(client, settings, rates, Breaker(clock=time.monotonic), gate)
    note = all_document_types()["clinical_note"]
    question = next(questions([text_page(_PAGE, 1)], note, settings, known=None))
    cpu, rate = [], []
    try:
        await _round(asking, question, 2 * settings.in_flight)  # what is built once is no call's cost
        for _ in range(rounds):
            begun, used = time.monotonic(), time.process_time()
            await _round(asking, question, calls)
            cpu.append(1000 * (time.process_time() - used) / calls)
            rate.append(calls / (time.monotonic() - begun))
    finally:
        await client.close()
    return Costs(
        cpu_ms=round(median(cpu), 2),
        calls_per_second=round(median(rate), 1),
        in_flight=settings.in_flight,
        connections=_connections(settings.base_url),
    )


async def _round(asking: Asking, question: Question, calls: int) -> None:
    answers = await asyncio.gather(*(asking.ask(question) for _ in range(calls)))
    if any(answer.outcome is not LlmOutcome.ANSWERED for answer in answers):
        raise RuntimeError("the endpoint of the benchmark did not answer")


def _connections(url: str) -> int:
    address = urlsplit(url)
    with closing(http.client.HTTPConnection(address.hostname or "", address.port)) as asked:
        asked.request("GET", "/connections")
        return int(asked.getresponse().read())


@contextmanager
def _endpoint() -> Iterator[str]:
    with subprocess.Popen(_SERVE, stdout=subprocess.PIPE, text=True) as served:
        if served.stdout is None:
            raise RuntimeError("the endpoint of the benchmark has no output")
        try:
            yield served.stdout.readline().strip()
        finally:
            served.terminate()


def serve() -> None:
    """Answers every request from memory; prints its base URL first."""
    asyncio.run(_serve())


async def _serve() -> None:
    answers: dict[bytes, bytes] = {}
    seen = 0

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if head.startswith(b"GET"):
                    writer.write(_reply(str(seen - 1).encode()))
                    await writer.drain()
                    continue
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                named = _NAMED.search(body)
                key = b"" if named is None else named[1] or named[2]
                if key not in answers:
                    asked = json.loads(body)
                    answers[key] = _reply(json.dumps(completion(asked, nothing_stated, None)).encode())
                writer.write(answers[key])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


def _reply(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", action="store_true", help="be the endpoint; used by the benchmark itself")
    parser.add_argument("--calls", type=int, default=600, help="calls a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--in-flight", type=int, default=16)
    parser.add_argument("--cached", type=int, default=10_000, help="questions that were answered before")
    asked = parser.parse_args(arguments)
    if asked.serve:
        serve()
        return
    for mode in (AnswerMode.TOOLS, AnswerMode.JSON_SCHEMA):
        costs = measure(mode, calls=asked.calls, rounds=asked.rounds, in_flight=asked.in_flight)
        print(
            f"{mode.value:12} {costs.cpu_ms} ms CPU a call, {costs.calls_per_second} calls a second with "
            f"{costs.in_flight} in flight, {costs.connections} connections"
        )
    subprocess.run([*CACHED, str(asked.cached)], check=True)


if __name__ == "__main__":
    main()
