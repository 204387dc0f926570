"""Talk to a cluster: its address, credentials, requests, and failures in one clear line.

`opensearch://HOST:PORT/NAME` is plain HTTP, `opensearchs://` is TLS with a verified certificate. There may be several
hosts, with commas between them: if one does not answer, the next is asked. The options are
`shards` and `replicas` of a new index, and `candidates` (see `engine.py`): `?shards=3&replicas=1`. Credentials
are in SEEDSEARCH_OPENSEARCH_USER and SEEDSEARCH_OPENSEARCH_PASSWORD, or in a netrc file; a private certificate
authority is in SEEDSEARCH_OPENSEARCH_CA.
"""

from __future__ import annotations

import logging
import os
import random
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from seedsearch.engine.opensearch.extra import opensearchpy
from seedsearch.engine.opensearch.json_lines import encoded, loaded
from seedsearch.errors import (
    IndexFault,
    IndexVersionError,
    NoIndexError,
    QueryTooBroadError,
    SeedsearchError,
    UsageError,
)
from seedsearch.folders import SCHEMES
from seedsearch.record import NamedTuple

_FORM = "write opensearch://HOST:9200/NAME"
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}\Z")
_OPTIONS = {"shards": 1, "replicas": 1, "candidates": 100}
KEPT = "15m"
"""How long an unused point in time lives."""

_SECONDS = 60.0
_MOST = 10_000_000  # of an option
_TRIES = 8
_PAUSE, _LONGEST_PAUSE = 0.1, 30.0  # seconds
_BUSY = (429, 502, 503, 504)
_OLDEST, _NEWEST = (2, 13), (3, 99)  # before, named queries had no scores
_RESULTS = {"filter_path": "items.*.status,items.*.error"}  # of a bulk request
_WHOLE_LINE = b'{"allow_partial_search_results":false}\n'  # before each search of several
_LOST = ("context_missing", "node_not_connected", "node_disconnected")
_LINE = 200  # characters of a message of the server


class Address(NamedTuple):
    """The place of an index on a cluster."""

    hosts: tuple[tuple[str, int], ...]
    name: str
    secure: bool
    shards: int
    replicas: int
    candidates: int

    def __str__(self) -> str:
        return f"{SCHEMES[self.secure]}{self.place}/{self.name}"

    @property
    def place(self) -> str:
        """Return the hosts and their ports."""
        return ",".join(f"{host}:{port}" for host, port in self.hosts)


def parse_address(text: str) -> Address:
    """Return the parts of an address. Raises UsageError, which never repeats a password."""
    try:
        parts = urlsplit(text)
    except ValueError:  # of brackets that do not close
        raise UsageError("the address of the index has no valid host", _FORM) from None
    if "@" in parts.netloc:
        raise UsageError(
            "the address of the index must not hold credentials",
            "set SEEDSEARCH_OPENSEARCH_USER and SEEDSEARCH_OPENSEARCH_PASSWORD, or use ~/.netrc",
        )
    name = parts.path.strip("/")
    hosts = tuple(map(_host, parts.netloc.split(",")))
    if not _NAME.match(name):
        raise UsageError(
            f"{name!r} cannot be the name of an index",
            "use small letters, digits, full stops, hyphens and underscores",
        )
    options = dict(_OPTIONS)
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        least = 0 if key == "replicas" else 1
        is_number = value.isdecimal() and len(value) < 10
        if key not in options or not is_number or not least <= int(value) <= _MOST:
            raise UsageError(
                f"{key}={value[:20]} is no option of an address", f"there are: {', '.join(options)}"
            )
        options[key] = int(value)
    secure = parts.scheme == "opensearchs"
    return Address(hosts, name, secure, *options.values())


def _host(text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        port = parts.port or 9200
    except ValueError:
        raise UsageError("the address of the index has no valid port", _FORM) from None
    if not parts.hostname:
        raise UsageError("the address of the index names no host", _FORM)
    return parts.hostname, port


class _Serializer(opensearchpy.serializer.JSONSerializer):
    """Writes and reads JSON, for the library."""

    def loads(self, s: str) -> Any:
        """Return the values of a reply. Raises SerializationError."""
        try:
            return loaded(s)
        except ValueError as error:
            raise opensearchpy.exceptions.SerializationError(s, error) from error

    def dumps(self, data: Any) -> Any:
        """Return the body of a request."""
        return data if isinstance(data, bytes) else encoded(data)


class Client:
    """A connection to a cluster. Threads may share it; each process makes its own."""

    def __init__(self, address: Address) -> None:
        self.address = address
        # Its warnings would go to standard error; each of them comes as an exception, too.
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)
        is_safe = address.secure or _LOCAL.issuperset(dict(address.hosts))
        user = _credentials(address, netrc_too=is_safe)
        if user and not is_safe:
            raise UsageError(
                "credentials are sent over TLS only", f"write {SCHEMES[1]} instead of {SCHEMES[0]}"
            )
        tls: dict[str, Any] = {}
        if address.secure:
            tls = {"verify_certs": True, "ssl_show_warn": False}
            if authority := os.environ.get("SEEDSEARCH_OPENSEARCH_CA"):
                tls["ca_certs"] = authority
        self._errors = opensearchpy.exceptions
        try:
            self._transport = opensearchpy.OpenSearch(
                [{"host": host, "port": port} for host, port in address.hosts],
                http_auth=user,
                use_ssl=address.secure,
                timeout=_SECONDS,
                max_retries=len(address.hosts) - 1,
                retry_on_status=(),
                pool_maxsize=8,
                serializer=_Serializer(),
                **tls,
            ).transport
        except (OSError, self._errors.ImproperlyConfigured) as error:
            raise IndexFault(f"the certificate authority cannot be read: {error}") from None

    def check(self) -> None:
        """Raise SeedsearchError unless a cluster of a known version answers."""
        about = self.ask("GET", "/")
        version = about.get("version", {}) if isinstance(about, dict) else {}
        number = str(version.get("number", "?"))
        if version.get("distribution") != "opensearch":
            raise IndexVersionError(
                f"the server at {self.address.place} is not OpenSearch",
                "give the address of a cluster",
            )
        parts = tuple(int(part) for part in re.findall(r"\d+", number)[:2])
        if not _OLDEST <= parts <= _NEWEST:
            raise IndexVersionError(
                f"the cluster has OpenSearch {number}, which is not supported",
                f"versions from {_OLDEST[0]}.{_OLDEST[1]} to {_NEWEST[0]} are",
            )

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        seconds: float = _SECONDS,
        **params: object,
    ) -> Any:
        """Return the JSON reply to a request. Raises SeedsearchError in every case of failure."""
        try:
            return self._request(method, path, body, seconds, params)
        except self._errors.OpenSearchException as error:
            raise self.fault(error) from None

    def try_ask(self, method: str, path: str, body: object, accept: int, **params: object) -> Any:
        """Return the reply, or None if the status is `accept`."""
        try:
            return self._request(method, path, body, _SECONDS, params)
        except self._errors.OpenSearchException as error:
            if getattr(error, "status_code", None) == accept:
                return None
            raise self.fault(error) from None

    def _request(
        self, method: str, path: str, body: object, seconds: float, params: Mapping[str, object]
    ) -> Any:
        headers = {"content-type": "application/json"}
        if isinstance(body, bytes):
            headers = {"content-type": "application/x-ndjson"}
        return self._transport.perform_request(
            method,
            path,
            params={**params, "request_timeout": seconds},
            body=body,
            headers=headers,
        )

    def open_point(self, index: str) -> str:
        """Return the id of a new point in time of an index. Unused, it lives for KEPT."""
        reply = self.ask(
            "POST",
            f"/{index}/_search/point_in_time",
            keep_alive=KEPT,
            allow_partial_pit_creation="false",
        )
        return str(reply["pit_id"])

    def drop_point(self, point: str) -> None:
        """Release a point in time, which may be gone."""
        self.try_ask("DELETE", "/_search/point_in_time", {"pit_id": [point]}, 404)

    def searches(self, bodies: Sequence[Mapping[str, object]]) -> list[Any]:
        """Return the replies to many searches, asked in one request. Each must be whole."""
        data = b"".join(_WHOLE_LINE + encoded(body) + b"\n" for body in bodies)
        replies = self.ask("POST", "/_msearch", data)["responses"] if bodies else []
        for reply in replies:
            if "error" in reply:
                raise self.fault(self._errors.TransportError(reply.get("status", 500), "", reply))
        return [whole(reply) for reply in replies]

    def bulk(self, index: str, actions: Sequence[bytes]) -> None:
        """Send actions of `_bulk` until all are acknowledged. A busy cluster gets the rest later, and less at once."""
        waiting, size, tries = list(actions), len(actions), 0
        while waiting:
            part = waiting[:size]
            refused, fault = self._sent(index, part)
            waiting = refused + waiting[len(part) :]
            if fault is None:
                tries = 0
                continue
            tries = tries + 1 if len(refused) == len(part) else 1
            if tries > _TRIES:
                raise fault
            size = max(1, size // 2)
            time.sleep(min(_LONGEST_PAUSE, _PAUSE * 2**tries) * random.uniform(0.5, 1.5))

    def _sent(
        self, index: str, part: Sequence[bytes]
    ) -> tuple[list[bytes], SeedsearchError | None]:
        """Send one bulk request. Return what a busy cluster refused, and why. Raises for any other failure."""
        try:
            reply = self._request("POST", f"/{index}/_bulk", b"".join(part), _SECONDS, _RESULTS)
        except self._errors.OpenSearchException as error:
            fault = self.fault(error)
            was_lost = isinstance(
                error, self._errors.ConnectionError
            )  # the keys make it safe to repeat
            if was_lost or _is_busy(getattr(error, "status_code", None), fault):
                return list(part), fault
            raise fault from None
        items = reply.get("items", ()) if isinstance(reply, dict) else ()
        if len(items) != len(part):
            raise IndexFault(f"the reply of {self.address.place} is no reply to a bulk request")
        refused, why = [], None
        for action, item in zip(part, items, strict=True):
            ((_, result),) = item.items()
            if result["status"] < 300:
                continue
            reason = _reason({"error": result.get("error")})
            fault = _of_status(result["status"], reason, self.address)
            if not _is_busy(result["status"], fault):
                raise fault
            refused.append(action)
            why = fault
        return refused, why

    def fault(self, error: Exception) -> SeedsearchError:
        """Return what a failure of the library means to the user."""
        known, place = self._errors, self.address.place
        if isinstance(error, known.ConnectionTimeout):
            return IndexFault(f"the cluster at {place} does not answer in time", "try again later")
        if isinstance(error, known.SSLError):
            return IndexFault(
                f"the certificate of {place} does not fit: {_one_line(error.error)}",
                "name the right host, or its authority in SEEDSEARCH_OPENSEARCH_CA",
            )
        if isinstance(error, known.ConnectionError):
            return IndexFault(
                f"no cluster answers at {place}", "check the address, and that it runs"
            )
        if isinstance(error, known.SerializationError):
            return IndexFault(
                f"the reply of {place} is not JSON",
                "is it a proxy? give the address of the cluster",
            )
        if isinstance(error, known.TransportError):
            return _of_status(error.status_code, _reason(error.info), self.address)
        return IndexFault(f"the cluster at {place} failed: {_one_line(error)}")


class ReadOnlyError(IndexFault):
    """The cluster takes no writes."""


class LostPointError(IndexFault):
    """A point in time is gone: its node died, or it was not used for long."""


class NotWholeError(IndexFault):
    """A part of the index is away."""


class ConflictError(IndexFault):
    """Somebody else has written meanwhile."""


def _of_status(status: object, reason: tuple[str, str], address: Address) -> SeedsearchError:
    place = address.place
    kind, text = reason
    if "cluster_block" in kind:
        return ReadOnlyError(
            f"the index {address.name} is read-only: {text}",
            "free space on the disks of the cluster",
        )
    if any(sign in kind for sign in _LOST) or text.startswith("no node found"):
        return LostPointError("the state of the index is gone from the cluster", "ask again")
    match status:
        case 401:
            return IndexFault(
                f"{place} does not accept these credentials",
                "check SEEDSEARCH_OPENSEARCH_USER and SEEDSEARCH_OPENSEARCH_PASSWORD",
            )
        case 403:
            return IndexFault(f"{place} does not permit this: {text}", "ask for the permission")
        case 404 if "index_not_found" in kind:
            return NoIndexError(
                f"no index at {address}", "create one with seedsearch index FOLDER --index ADDRESS"
            )
        case 409:
            return ConflictError(f"another process is writing to {address.name}", "try again later")
        case 429:
            return IndexFault(f"the cluster at {place} is too busy: {text}", "try again later")
        case 503:
            return NotWholeError(
                f"the index {address.name} is not whole: {text or 'a part of it is away'}",
                "see the health of the cluster, and try again",
            )
    if "too_many" in kind or "too_many" in text:
        return QueryTooBroadError(f"the query is too broad for the cluster: {text}", "narrow it")
    return IndexFault(f"the cluster at {place} refused ({status}): {kind} {text}".rstrip())


def _is_busy(status: object, fault: SeedsearchError) -> bool:
    return status in _BUSY and not isinstance(fault, ReadOnlyError)


def _reason(info: object) -> tuple[str, str]:
    """Return the type and the reason of an error, with those of its root causes in one line."""
    error = info.get("error", info) if isinstance(info, dict) else info
    if not isinstance(error, dict):
        return "", _one_line(error)
    causes = [cause for cause in error.get("root_cause", []) if isinstance(cause, dict)]
    kinds = [str(each.get("type", "")) for each in (error, *causes)]
    reasons = [str(each.get("reason", "")) for each in (*causes, error)]
    return " ".join(dict.fromkeys(kinds)), _one_line(next(filter(None, reasons), ""))


def _one_line(text: object) -> str:
    return " ".join(str(text).split())[:_LINE]


def whole(reply: Any) -> Any:
    """Return a reply of all shards. Raises NotWholeError if some did not answer."""
    shards = reply.get("_shards", {})
    if shards.get("successful") != shards.get("total") or reply.get("timed_out"):
        raise NotWholeError(
            f"only {shards.get('successful')} of {shards.get('total')} parts of the index answered",
            "see the health of the cluster, and try again",
        )
    return reply


def _credentials(address: Address, *, netrc_too: bool) -> tuple[str, str] | None:
    """Return the user and the password for a cluster, from the environment, or from a netrc file."""
    user = os.environ.get("SEEDSEARCH_OPENSEARCH_USER")
    if user:
        return user, os.environ.get("SEEDSEARCH_OPENSEARCH_PASSWORD", "")
    if not netrc_too:
        return None
    import netrc  # only here: start-up time

    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(address.hosts[0][0])
    except FileNotFoundError:
        return None
    except (OSError, netrc.NetrcParseError) as error:
        raise IndexFault(f"the netrc file cannot be read: {_one_line(error)}") from None
    return (found[0], found[2] or "") if found else None


def chunks(items: Iterable[Any], size: int) -> Iterable[list[Any]]:
    """Yield lists of at most `size` items."""
    part: list[Any] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
