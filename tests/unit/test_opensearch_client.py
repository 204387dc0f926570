"""What a user reads when a cluster does not answer as it should: one clear line. A local server gives the replies."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.engine.opensearch import client as client_module
from seedsearch.engine.opensearch import extra
from seedsearch.engine.opensearch import snapshot as snapshot_module
from seedsearch.engine.opensearch.client import Address, Client, ReadOnlyError, parse_address, whole
from seedsearch.engine.opensearch.snapshot import Snapshot
from seedsearch.engine.opensearch.writer import check_index
from seedsearch.errors import (
    IndexFault,
    IndexVersionError,
    NoIndexError,
    SeedsearchError,
    UnsupportedError,
    UsageError,
)

Reply = tuple[int, str, object]
ROOT = {"version": {"number": "2.19.6", "distribution": "opensearch"}}


class Server:
    """Gives the next of some replies to each request, the last one again and again, and keeps the requests."""

    def __init__(self) -> None:
        self.replies: list[Reply] = [(200, "application/json", ROOT)]
        self.bodies: list[bytes] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                server.bodies.append(self.rfile.read(int(self.headers.get("content-length") or 0)))
                status, kind, body = (
                    server.replies.pop(0) if len(server.replies) > 1 else server.replies[0]
                )
                data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = _answer

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._http.server_port
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def client(self, scheme: str = "opensearch") -> Client:
        return Client(parse_address(f"{scheme}://127.0.0.1:{self.port}/news"))

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.setattr(client_module, "_PAUSE", 0.001)
    made = Server()
    yield made
    made.close()


def error(kind: str, reason: str) -> dict[str, object]:
    return {"error": {"type": kind, "reason": reason, "root_cause": []}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("opensearch://host:9200", "cannot be the name of an index"),
        ("opensearch://host/News", "cannot be the name of an index"),
        ("opensearch:///news", "names no host"),
        ("opensearch://host:port/news", "no valid port"),
        ("opensearch://host/news?shard=3", "shard=3 is no option"),
        ("opensearch://host/news?shards=0", "shards=0 is no option"),
        ("opensearch://host/news?shards=" + "9" * 5000, "shards=99999999999999999999 is no option"),
        ("opensearch://[::1/news", "has no valid host"),
        ("opensearch://kim:secret@host/news", "must not hold credentials"),
    ],
)
def test_a_wrong_address_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        parse_address(text)
    assert "secret" not in str(raised.value)


def test_an_address() -> None:
    assert parse_address("opensearchs://host/news?replicas=0&shards=3") == Address(
        (("host", 9200),), "news", True, 3, 0, 100
    )
    assert parse_address("opensearch://a,b:1,[::1]:2/n").hosts == (
        ("a", 9200),
        ("b", 1),
        ("::1", 2),
    )
    assert str(parse_address("opensearch://h:1/n?shards=3")) == "opensearch://h:1/n"


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        ((200, "text/html", "<html>Welcome</html>"), IndexFault, "is not JSON"),
        ((502, "text/html", "<html>Bad Gateway</html>"), IndexFault, r"refused \(502\)"),
        (
            (200, "application/json", {"version": {"number": "8.1.0"}}),
            IndexVersionError,
            "is not O",
        ),
        ((200, "application/json", []), IndexVersionError, "is not OpenSearch"),
        ((401, "application/json", {}), IndexFault, "does not accept these credentials"),
        ((403, "application/json", error("security", "no")), IndexFault, "does not permit"),
        ((503, "application/json", error("x", "no manager")), IndexFault, "no manager"),
    ],
)
def test_a_server_that_is_no_cluster_or_lets_nobody_in(
    server: Server, reply: Reply, kind: type[SeedsearchError], message: str
) -> None:
    server.replies = [reply]
    with pytest.raises(kind, match=message):
        server.client().check()


@pytest.mark.parametrize("number", ["1.3.2", "2.12.0", "4.0.0"])
def test_a_version_that_is_too_old_or_too_new(server: Server, number: str) -> None:
    about = {"version": {"number": number, "distribution": "opensearch"}}
    server.replies = [(200, "application/json", about)]
    with pytest.raises(IndexVersionError, match=f"OpenSearch {number}"):
        server.client().check()


@pytest.mark.parametrize(
    ("found", "kind", "message"),
    [
        ({"news": {"mappings": {}}}, IndexFault, "was not made by seedsearch"),
        ({"a": {}, "b": {}}, IndexFault, "stands for 2 indices"),
        ({"a": {"mappings": {"_meta": {"seedsearch": 99}}}}, IndexVersionError, "has format 99"),
    ],
)
def test_an_index_that_is_not_ours(
    server: Server, found: object, kind: type[SeedsearchError], message: str
) -> None:
    server.replies = [(200, "application/json", found)]
    with pytest.raises(kind, match=message):
        check_index(server.client())


def test_an_index_that_is_not_there(server: Server) -> None:
    server.replies = [(404, "application/json", error("index_not_found_exception", "no such"))]
    with pytest.raises(NoIndexError, match="no index at opensearch://127"):
        check_index(server.client())


def test_nobody_there_and_no_tls_there(server: Server) -> None:
    with pytest.raises(IndexFault, match=r"certificate of 127|no cluster answers"):
        server.client("opensearchs").check()
    gone = server.client()
    server.close()
    with pytest.raises(IndexFault, match="no cluster answers at 127"):
        gone.check()
    server.__init__()  # type: ignore[misc]


def test_the_next_host_is_asked_if_one_is_gone(server: Server) -> None:
    gone = Server()
    gone.close()
    address = parse_address(f"opensearch://127.0.0.1:{gone.port},127.0.0.1:{server.port}/news")
    Client(address).check()


def test_credentials_go_over_tls_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDSEARCH_OPENSEARCH_USER", "kim")
    monkeypatch.setenv("SEEDSEARCH_OPENSEARCH_PASSWORD", "secret")
    with pytest.raises(UsageError, match="over TLS only") as raised:
        Client(parse_address("opensearch://search.example/news"))
    assert "secret" not in str(raised.value)


def test_a_netrc_file_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine localhost nonsense x")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with pytest.raises(IndexFault, match="netrc file cannot be read"):
        Client(parse_address("opensearch://localhost/news"))


@pytest.mark.parametrize("package", ["opensearchpy", "orjson"])
def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.delitem(sys.modules, extra.__name__)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UnsupportedError, match=r"seedsearch\[opensearch\]"):
        importlib.import_module(extra.__name__)


def item(status: int, kind: str = "", reason: str = "") -> dict[str, object]:
    own = {"error": {"type": kind, "reason": reason}} if kind else {}
    return {"index": {"_id": "1", "status": status, **own}}


def bulk(*items: dict[str, object]) -> Reply:
    return 200, "application/json", {"errors": True, "items": list(items)}


def test_a_busy_cluster_gets_later_what_it_refused_and_nothing_else(server: Server) -> None:
    busy = item(429, "rejected_execution_exception", "queue full")
    full = (429, "application/json", error("circuit_breaking_exception", "too large"))
    server.replies = [full, bulk(item(201), busy), bulk(item(201))]
    server.client().bulk("news", [b"a\n", b"b\n", b"c\n", b"d\n"])
    assert server.bodies == [b"a\nb\nc\nd\n", b"a\nb\n", b"b\n", b"c\n", b"d\n"]


def test_a_cluster_that_stays_busy_is_said_to_be(server: Server) -> None:
    server.replies = [bulk(item(429, "rejected_execution_exception", "queue full"))]
    with pytest.raises(IndexFault, match="too busy: queue full"):
        server.client().bulk("news", [b"a\n"])
    assert len(server.bodies) == client_module._TRIES + 1


def test_a_reply_of_something_else_to_a_bulk_request(server: Server) -> None:
    for reply in ({"items": []}, ["ok"]):
        server.replies = [(200, "application/json", reply)]
        with pytest.raises(IndexFault, match="is no reply to a bulk request"):
            server.client().bulk("news", [b"a\n"])


@pytest.mark.parametrize("status", [403, 429])
def test_a_read_only_index_is_not_written_again(server: Server, status: int) -> None:
    block = item(status, "cluster_block_exception", "disk usage exceeded flood-stage watermark")
    server.replies = [bulk(block)]
    with pytest.raises(ReadOnlyError, match=r"news is read-only.*flood-stage"):
        server.client().bulk("news", [b"a\n"])
    assert len(server.bodies) == 1


def test_a_conflict_of_the_mapping_ends_the_writing(server: Server) -> None:
    server.replies = [bulk(item(400, "mapper_parsing_exception", "failed to parse [place]"))]
    with pytest.raises(IndexFault, match=r"refused \(400\): mapper_parsing_exception failed"):
        server.client().bulk("news", [b"a\n"])


@pytest.mark.parametrize(
    "reply",
    [
        {"_shards": {"total": 3, "successful": 2, "failed": 0}},
        {"_shards": {"total": 3, "successful": 3}, "timed_out": True},
    ],
)
def test_a_partial_answer_is_never_taken_for_a_whole_one(reply: object) -> None:
    with pytest.raises(IndexFault, match="of 3 parts of the index answered"):
        whole(reply)


def test_a_whole_answer() -> None:
    reply = {"_shards": {"total": 3, "successful": 3, "failed": 0}, "timed_out": False}
    assert whole(reply) is reply


SHARDS = {"_shards": {"total": 1, "successful": 1}}
STATE = (200, "application/json", {**SHARDS, "hits": {"hits": []}})  # no manifests
POINT = (200, "application/json", {"pit_id": "p"})
FOUND = (200, "application/json", {**SHARDS, "hits": {"total": {"value": 7}}})
LOST = (500, "application/json", error("illegal_state_exception", "no node found for id: x"))
AWAY = (503, "application/json", error("search_phase_execution_exception", "all shards failed"))


def test_a_node_that_died_is_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_module, "_PAUSES", (0.0, 0.0))
    opened = [STATE, POINT, STATE]
    server.replies = [*opened, LOST, *opened, LOST, AWAY, FOUND]
    snapshot = Snapshot(server.client(), Analyzer())
    assert snapshot.ask({"match_all": {}})["hits"]["total"]["value"] == 7
    server.replies = [LOST]
    with pytest.raises(IndexFault, match="the state of the index is gone from the cluster"):
        snapshot.ask({"match_all": {}})
