"""`seedsearch mcp`, driven by the client of the official package."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from running import Cli, environment

from seedsearch.cli.exit import describe
from seedsearch.cli.options import index_home
from seedsearch.engine.registry import open_engine
from seedsearch.render.sanitize import clean
from seedsearch.search import Opened

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")

Call = Callable[..., Awaitable[tuple[bool, Any]]]


def asked(server: Any, task: Callable[[Call], Awaitable[None]]) -> list[Any]:
    """Run a task with a client that is connected to the server; the tools."""

    async def run() -> list[Any]:
        async with mcp.Client(server) as client:

            async def call(tool: str, **arguments: object) -> tuple[bool, Any]:
                answer = await client.call_tool(tool, arguments)
                text = answer.content[0].text
                return answer.is_error, text if answer.is_error else json.loads(text)

            await task(call)
            return (await client.list_tools()).tools

    return asyncio.run(run())


def test_a_client_searches_and_shows_over_stdio(indexed_seeds: Path) -> None:
    from mcp.client.stdio import StdioServerParameters, stdio_client

    async def task(call: Call) -> None:
        failed, found = await call("search", query="North Korean troops", limit=2)
        assert not failed
        assert found["total"] > len(found["hits"]) == 2
        first = found["hits"][0]
        path, line = first["place"].rsplit(":", 1)
        assert "troops" in first["text"]
        assert first["line_start"] <= int(line) <= first["line_end"]
        assert first["text"].split("\n")[0] in (indexed_seeds / path).read_text("utf-8")
        for place in (first["place"], first["id"]):
            failed, view = await call("show", place=place, around=0)
            assert not failed
            assert view["id"] == first["id"]
            assert view["text"].startswith(f"{first['line_start']}: ")

    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "seedsearch", "mcp"],
        cwd=indexed_seeds,
        env=environment(),
    )
    tools = asked(stdio_client(parameters), task)
    assert [tool.name for tool in tools] == ["search", "show"]
    assert all(tool.annotations.read_only_hint for tool in tools)


def test_faults_are_errors_of_the_tool_and_text_is_harmless(cli: Cli, folder: Path) -> None:
    from seedsearch.mcp_server import server

    (folder / "a\x1b[2J.md").write_text("# T \x9b31m\n\nThe coal \x1b]0;x\x07 \u202ewent \ud7ff.\n")
    cli("index", ".")
    home = index_home(None)
    engine = open_engine(home.folder)

    async def task(call: Call) -> None:
        _, found = await call("search", query="coal")
        _, view = await call("show", place=found["hits"][0]["place"])
        for text in (*found["hits"][0].values(), *view.values()):
            assert str(text) == clean(str(text), keep="\n")
        (folder / "b.txt").write_text("More coal.\n")
        cli("index")
        assert (await call("search", query="coal"))[1]["total"] == 2  # the new commit is seen
        for tool, arguments, said in (
            ("search", {"query": "coal AND"}, "Error executing tool search: "),
            ("search", {"query": "x" * 4001}, "at most 4000 characters"),
            ("search", {"query": "coal", "limit": 51}, "less than or equal to 50"),
            ("search", {"query": "type:nothing coal"}, "there is no type nothing"),
            ("show", {"place": "no\x1b[2Jsuch.txt"}, "not in the index: no␛[2Jsuch.txt"),
            ("show", {"place": "b.txt", "around": 99}, "less than or equal to 10"),
            ("show", {"place": "b.txt:999"}, "the text ends at line 1"),
        ):
            failed, text = await call(tool, **arguments)
            assert failed, arguments
            assert said in text
            assert "Traceback" not in text

    asked(server(Opened(engine, home, str(Path.cwd())), describe), task)
    engine.close()


def test_without_the_package_a_line_says_what_to_install(
    seeds: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "seedsearch.mcp_server", None)
    assert seeds("mcp") == (
        2, "", "seedsearch: mcp needs the package mcp: pip install 'seedsearch[mcp]'\n"
    )  # fmt: skip
