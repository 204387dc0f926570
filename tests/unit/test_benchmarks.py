"""Parts of the benchmarks: generated texts, lists of passages, and the bounds of the table."""

from __future__ import annotations

import ast
import importlib.util
import mailbox
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from benchmarks import formats, made, measure, passages, queries, report, rows
from benchmarks.passages import Split

ARTICLES = {
    "a/1.txt": "Ärger\n\n" + "Many words stand in this line of text. " * 300 + "\nFrom here on.\n",
    "a/2.txt": "Short\n\nOne line.\n",
    "b/3.txt": "Third title\n\n" + "\n".join(f"Paragraph {n} of it." for n in range(500)),
    ".hidden/4.txt": "hidden\n",
}


def test_names_that_the_benchmarks_import_exist() -> None:
    """Some modules cannot be imported here, because they need the peers."""
    found = 0
    for source in sorted(Path(formats.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("seedsearch."):
                module = importlib.import_module(node.module or "")
                for name in node.names:
                    spec = f"{node.module}.{name.name}"
                    assert hasattr(module, name.name) or importlib.util.find_spec(spec), source
                    found += 1
    assert found > 20


@pytest.fixture
def articles(tmp_path: Path) -> str:
    for name, text in ARTICLES.items():
        place = tmp_path / "articles" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return str(tmp_path / "articles")


def words(*texts: str) -> list[str]:
    return " ".join(texts).split()


ALL_WORDS = words(*(text for name, text in ARTICLES.items() if not name.startswith(".")))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("maker", [made.folded, made.mail, made.dated, made.pages, made.gb18030])
def test_what_is_made_is_the_same_on_every_run(
    articles: str, tmp_path: Path, maker: made.Maker
) -> None:
    for name in ("one", "two"):
        maker(articles, str(tmp_path / name))
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    assert one
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_folded_files_hold_all_words_in_short_lines(articles: str, tmp_path: Path) -> None:
    made.folded(articles, str(tmp_path / "folded"))
    found = files(tmp_path / "folded")
    texts = [path.read_text("utf-8") for path in found]
    assert words(*texts) == ALL_WORDS
    assert all(len(line) <= made.COLUMNS for text in texts for line in text.splitlines())
    assert all(1_000 <= path.stat().st_size <= 4_000 for path in found[:-1])
    assert any("\n\n" in text for text in texts)


def test_a_mailbox_gives_back_the_articles(articles: str, tmp_path: Path) -> None:
    made.mail(articles, str(tmp_path / "mail"))
    (box,) = files(tmp_path / "mail")
    encodings, titles, bodies = set(), [], []
    with closing(mailbox.mbox(box, create=False)) as opened:
        for message in opened:
            payload = message.get_payload(decode=True)
            assert isinstance(payload, bytes)
            bodies.append(payload.decode().replace(">From ", "From "))
            titles.append(str(message["Subject"]))
            encodings.add(message["Content-Transfer-Encoding"])
    assert len(titles) == 3
    assert titles[1:] == ["Short", "Third title"]
    assert words("Ärger", bodies[0], "Short", bodies[1], "Third title", bodies[2]) == ALL_WORDS
    assert encodings <= {"7bit", "8bit", "quoted-printable", "base64"}


def test_passages_without_bytes_of_their_own_come_from_a_prepared_file(tmp_path: Path) -> None:
    plain, mail = tmp_path / "plain.txt", tmp_path / "mail.eml"
    plain.write_bytes("eins zwei".encode("utf-16-le"))
    mail.write_bytes(b"caf=C3=A9")
    made_list = passages.make(
        [
            Split(str(plain), "utf-16-le", [(1, 0, 8, "eins"), (1, 10, 18, "zwei")]),
            Split(str(mail), "utf-8", [(4, -1, -1, "café"), (9, -1, -1, "tea")]),
        ],
        tmp_path / "list",
    )
    read = passages.PassageList(tmp_path / "list")
    expected = [(0, 1, "eins"), (0, 1, "zwei"), (1, 4, "café"), (1, 9, "tea")]
    assert list(read.texts()) == list(made_list.texts()) == expected
    assert read.paths == [str(plain), str(mail)]
    assert read.text_bytes == len("eins zwei") + len("caf=C3=A9")


def test_words_of_other_scripts_are_drawn_for_their_snippets(tmp_path: Path) -> None:
    texts = ["The остров is", "한국의 군대", "朝鲜军队", "no other"]
    paths = [tmp_path / f"{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    listed = passages.make(
        [
            Split(str(path), "utf-8", [(1, 0, path.stat().st_size, text)])
            for path, text in zip(paths, texts, strict=True)
        ],
        tmp_path / "list",
    )
    drawn = queries.of_other_scripts(listed, each=9)
    assert sorted(case.words[0] for case in drawn) == ["остров", "朝鲜", "한국의"]


def test_a_required_figure_that_is_missed_is_seen() -> None:
    peers = {"tantivy": 10.0, "fts5": 10.0}
    for own, met in ((8.0, True), (9.5, False)):
        step = {name: {"cpu_s": seconds} for name, seconds in peers.items()}
        step["seedsearch"] = {"cpu_s": own}
        found = [line for line in report.lines({"texts": {"folded": step}}) if line.figure]
        assert [line.met for line in found] == [met, met]
        assert all(line.reached is False for line in found)


def test_a_small_run_prints_its_table(tmp_path: Path) -> None:
    command = (
        "--rounds 1 --each 2 --engines seedsearch,fts5 --only texts,query,large --texts folded"
    )
    seeds = str(Path(__file__).parents[2] / "seeds")
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", seeds, "--scratch", tmp_path, *command.split()],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert run.returncode in (0, 1), (
        run.stderr
    )  # 1: a required figure was missed, which is fine here
    table = dict(line[2:].split(" | ", 1) for line in run.stdout.splitlines() if " | " in line)
    folded = "processor seconds, articles folded at 72 columns, files of 1 to 4 kB, against"
    assert re.match(r"\d+\.\d\dx ", table[f"{folded} SQLite FTS5"])
    assert re.match(r"not measured ", table[f"{folded} tantivy"])
    assert re.match(r"\d+\.\d\d ms, on 0 MB ", table["by file, p50 at 200 MB"])
    assert not list(tmp_path.iterdir())


def test_a_process_that_is_cut_short_is_no_measurement(tmp_path: Path) -> None:
    killed = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    with pytest.raises(RuntimeError, match="ended with"):
        measure.run_into_cat(killed, cwd=str(tmp_path), env=os.environ)
    cost = measure.run_into_cat([sys.executable, "-c", ""], cwd=str(tmp_path), env=os.environ)
    assert cost.wall > 0
    assert cost.cpu > 0


def test_bounds() -> None:
    assert rows.Bound(0.9).holds(0.9)
    assert not rows.Bound(0.9).holds(0.91)
    assert rows.Bound(1.6, at_least=True).holds(1.6)
    assert not rows.Bound(1.6, at_least=True).holds(1.59)


def test_formats_are_counted_and_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.html").write_text("<p>Coal left the port.</p>")
    (tmp_path / "b.md").write_text("# Tea\n\nTea left, too.")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7 broken")
    reference = [sys.executable, "-c", "print('Coal left the harbour')"]
    monkeypatch.setitem(formats.REFERENCES, "text/html", lambda _: reference)
    assert formats.main([str(tmp_path)]) == 0
    rows = [line.split("|") for line in capsys.readouterr().out.splitlines() if "| 1 |" in line]
    found = {row[1].strip(): [cell.strip() for cell in row[4:7]] for row in rows}
    assert found["HTML"][:2] == ["1", "0"]
    assert found["HTML"][2].startswith("75.0%, 75.0%")
    assert found["Markdown"] == ["1", "0", ""]
    assert found["PDF"][:2] == ["0", "1"]
