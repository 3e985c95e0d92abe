"""Serve HTTP/1.1 on the loopback address: each answer leaves a fixed time after its request is complete."""

import asyncio
import json
import re
from collections import Counter
from typing import Any

from bench.aws_server import wire
from bench.aws_server.accounts import account_of, answer_account_wide
from bench.aws_server.answers import THINGS
from bench.aws_server.metrics import asked_for, get_metric_data, list_metrics
from bench.aws_server.request import Refused, Request
from bench.aws_server.routing import Sent, operation_of, service_of
from bench.aws_server.world import World

CONTROL = "/_bench/"
_CREDENTIAL = re.compile(rb"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_KEPT_BODY = 4096  # answers to longer requests are made anew: no two are alike
_READ_ONLY = ("Describe", "List", "Get", "BatchGet", "Search", "Lookup")
_ANSWERS = {**THINGS, ("cloudwatch", "ListMetrics"): list_metrics, ("cloudwatch", "GetMetricData"): get_metric_data}
_PHRASES = {200: b"OK", 400: b"Bad Request", 403: b"Forbidden", 404: b"Not Found"}


class Counts:
    """Requests by account, region, service and operation; those that the server has no data for; refusals."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[str, str, str, str]] = Counter()
        self.without_data: Counter[tuple[str, str]] = Counter()
        self.refused: Counter[tuple[str, str, str]] = Counter()
        self.metrics: dict[tuple[str, str], tuple[int, int]] = {}

    def note_metrics(self, account: str, region: str, request: Request) -> None:
        """Count the metrics and the points that a GetMetricData asks for; its further pages ask for no more."""
        if request.operation == "GetMetricData" and not request.asked.get("NextToken"):
            metrics, points = self.metrics.get((account, region), (0, 0))
            more = asked_for(request)
            self.metrics[account, region] = metrics + more[0], points + more[1]

    def document(self) -> bytes:
        """Return the counts as JSON."""
        tables = {"asked": self.asked, "without_data": self.without_data, "refused": self.refused}
        told = {name: [[*key, n] for key, n in sorted(table.items())] for name, table in tables.items()}
        return json.dumps({**told, "metrics": [[*key, *n] for key, n in sorted(self.metrics.items())]}).encode()


class Service:
    """Answers one request at a time, from memory where the same was asked before."""

    def __init__(self, world: World) -> None:
        self.world, self.counts = world, Counts()
        self._kept: dict[tuple[Any, ...], tuple[bytes, tuple[str, str, str, str], str, str]] = {}

    def answer(self, method: str, path: str, headers: dict[bytes, bytes], body: bytes) -> bytes:
        """Return the whole HTTP answer."""
        if path.startswith(CONTROL):
            return self._control(path)
        match = _CREDENTIAL.search(headers.get(b"authorization", b""))
        if match is None:
            return _http(400, "rest-json", wire.refusal("rest-json", "MissingAuthenticationToken", "not signed"))
        signed, target = match.groups(), headers.get(b"x-amz-target", b"")
        key = (signed, method, path, target, body)
        kept = self._kept.get(key)
        if kept is None:
            sent = Sent(method, path, target.decode(), body)
            kept = self._made(account_of(signed[0].decode()), signed[1].decode(), signed[2].decode(), sent)
            if len(body) <= _KEPT_BODY and kept[1][3] != "GetMetricData":
                self._kept[key] = kept
        answer, asked, lacks, refused = kept
        self.counts.asked[asked] += 1
        if lacks:
            self.counts.without_data[asked[2], asked[3]] += 1
        if refused:
            self.counts.refused[asked[2], asked[3], refused] += 1
        return answer

    def _made(
        self, account: str, region: str, signed_as: str, sent: Sent
    ) -> tuple[bytes, tuple[str, str, str, str], str, str]:
        service = service_of(signed_as, sent.body)
        protocol, operation = operation_of(service or "sts", sent)
        asked = (account, region, service or signed_as, operation)
        if not service:
            body = wire.refusal(protocol, "UnknownOperationException", "this server has no such service")
            return _http(400, protocol, body), asked, "lacks", "UnknownOperationException"
        try:
            request = Request(service, operation, protocol, sent.body)
            self.counts.note_metrics(account, region, request)
            known = answer_account_wide(self.world, account, request)
            if known is None:
                known = self._regional(account, region, request)
            if known is not None:
                return _http(200, protocol, known), asked, "", ""
            if wire.operation_model(service, operation) is None or not operation.startswith(_READ_ONLY):
                code = "InvalidAction" if protocol in ("ec2", "query") else "UnknownOperationException"
                return _http(400, protocol, wire.refusal(protocol, code, operation)), asked, "lacks", code
            return _http(200, protocol, wire.empty(service, operation, protocol)), asked, "lacks", ""
        except Refused as error:
            return (
                _http(error.status, protocol, wire.refusal(protocol, error.code, error.message)),
                asked,
                "",
                error.code,
            )

    def _regional(self, account: str, region: str, request: Request) -> bytes | None:
        place = self.world.places.get((account, region))
        answer = _ANSWERS.get((request.service, request.operation))
        return answer(place, request) if place and answer else None

    def _control(self, path: str) -> bytes:
        name = path.removeprefix(CONTROL)
        if name == "reset":
            self.counts = Counts()
        return _http(200, "rest-json", self.counts.document() if name == "counts" else b"{}")


def _http(status: int, protocol: str, body: bytes) -> bytes:
    extra = b"Smithy-Protocol: rpc-v2-cbor\r\n" if protocol == "cbor" else b""
    head = b"HTTP/1.1 %d %b\r\nContent-Type: %b\r\nx-amzn-RequestId: %b\r\n%bContent-Length: %d\r\n\r\n"
    kind = wire.CONTENT_TYPES[protocol]
    return head % (status, _PHRASES[status], kind, wire.REQUEST_ID.encode(), extra, len(body)) + body


class Connection(asyncio.Protocol):
    """One client's connection, kept alive; it sends its next request when it has the answer to the last."""

    def __init__(self, service: Service, latency_s: float) -> None:
        self._service, self._latency_s = service, latency_s
        self._buffer = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # for the type checker
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._buffer[:end].split(b"\r\n")
            headers = {}
            for line in lines:
                name, _, value = line.partition(b":")
                headers[name.strip().lower()] = value.strip()
            length = int(headers.get(b"content-length", 0))
            if headers.get(b"expect", b"").lower() == b"100-continue" and len(self._buffer) < end + 4 + length:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if len(self._buffer) < end + 4 + length:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + length], self._buffer[end + 4 + length :]
            method, path, _ = first.decode().split(" ", 2)
            answer = self._service.answer(method, path, headers, body)
            if path.startswith(CONTROL):
                self._transport.write(answer)
            else:
                self._loop.call_later(self._latency_s, self._send, answer)

    def _send(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


async def serve(world: World, *, port: int, latency_s: float) -> asyncio.Server:
    """Listen on 127.0.0.1; port 0 takes a free one."""
    service, loop = Service(world), asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(service, latency_s), "127.0.0.1", port, backlog=512)
