"""The options of `query` and `similar` that say how many hits to print, in which form, and in which order."""

from __future__ import annotations

import click

from seedsearch.cli import options as cli
from seedsearch.cli.output import BY_FILE, TIMELINES, Output, is_laid_out, needs
from seedsearch.config import Config
from seedsearch.engine.base import Grouping
from seedsearch.errors import UsageError
from seedsearch.record import NamedTuple
from seedsearch.render.records import FORMS, LINE, LINE_PART, PASSAGE, WINDOW, form_named
from seedsearch.search.searcher import WIDTH, SearchOptions

_CONTEXT = 1000
_CONTEXT_HELP = "Print matching lines as grep does, with N lines {} each."
_CONCORDANCES = ("kwic", "kwic-json")
_MATCHES_OF_CONCORDANCE = 100
_DOCUMENTS_OF_RUN = 1000  # trec_eval judges this many

_LAYOUT = "layout"  # the form of hits on a terminal; in a pipe they are `plain`
_ALL = {*FORMS, *TIMELINES, _LAYOUT, "context", "template"}
# The layout of a terminal is cut to its width in any case, and a user's alias may hold options of texts.
_TEXTS = {"plain", "csv", "tsv", "markdown", "template", _LAYOUT, *_CONCORDANCES}
_EXCLUDE = "to exclude a word, write -WORD, as in: query -- 'coal -ship'"


class _Effect(NamedTuple):
    """An option, its value, and the forms that it changes; and hints if the user or the terminal chose another."""

    option: str
    value: str
    forms: set[str]
    instead: str = "leave it out"
    beside: str = "use one of them"


_EFFECTS = (
    _Effect("-k", "limit", _ALL.difference(TIMELINES)),
    _Effect("--per-file", "per_file", _ALL.difference(TIMELINES, BY_FILE)),
    _Effect("--by", "by", _ALL.difference(TIMELINES, BY_FILE)),
    _Effect("--sort", "sort", _ALL.difference(TIMELINES)),
    _Effect("--text", "record_text", _TEXTS),
    _Effect("-M", "columns", _TEXTS),
    _Effect("-0", "null", {"plain", "context", "vimgrep", "template", *BY_FILE}),
    _Effect("--pretty", "pretty", {_LAYOUT, "kwic"}),
    _Effect("-v", "verbose", {_LAYOUT}, f"add --pretty; {_EXCLUDE}", _EXCLUDE),
    _Effect("--scores", "scores", {_LAYOUT}, "add --pretty, or use --json"),
    _Effect("--explain", "explain", {_LAYOUT, "json"}, "add --json, or --pretty"),
)


class HitChoices(NamedTuple):
    """The values of `hit_options`. Each has the name of its parameter."""

    limit: int | None
    per_file: int | None
    by: Grouping | None
    all_copies: bool
    output_format: str | None
    vimgrep: bool
    record_text: str | None
    columns: int | None
    after: int | None
    before: int | None
    context: int | None
    sort: str | None
    kwic: bool
    line_buffered: bool
    as_json: bool
    files: bool
    counts: bool
    quiet: bool
    null: bool
    color: str | None
    pretty: bool
    verbose: bool
    scores: bool
    no_pager: bool
    explain: bool

    def form(self, *, timeline: bool = False) -> str:
        """Return the form of output. Raises UsageError if options conflict, or have no effect on this form."""
        chosen = self._chosen(timeline=timeline)
        cli.reject_conflicts(*chosen)
        if self.output_format is not None:
            form_named(self.output_format)
        if self.quiet:
            return "nothing"
        option, form = chosen[0] if chosen else ("", "hits")
        if self.sort in ("left", "right") and form not in _CONCORDANCES:
            raise UsageError(f"--sort {self.sort} sorts matches, not hits", "add --kwic")
        if form == "trec" and self.by == "passage":
            raise UsageError("--format trec and --by passage cannot be combined", "use one of them")
        self._check_effects(form, option)
        return form

    def _chosen(self, *, timeline: bool) -> list[tuple[str, str]]:
        """Return each option that chooses a form, and the form."""
        as_objects = "-json" if self.as_json else ""
        own = self.output_format or ""
        return [
            (option, form)
            for option, form, value in (
                ("--json", "json", self.as_json and not (self.kwic or timeline)),
                ("--vimgrep", "vimgrep", self.vimgrep),
                ("-A, -B or -C", "context", self.around is not None),
                ("--kwic", f"kwic{as_objects}", self.kwic),
                ("--timeline", f"timeline{as_objects}", timeline),
                ("-l", "paths", self.files),
                ("-c", "counts", self.counts),
                (f"--format {own}", own, self.output_format is not None),
            )
            if value
        ]

    def _check_effects(self, form: str, chosen_by: str) -> None:
        laid_out = is_laid_out(pretty=self.pretty, null=self.null)
        if form == "hits":
            form = _LAYOUT if laid_out else "plain"
        elif "{" in form:
            form = "template"
        where = "on a terminal" if laid_out else "with -0" if self.null else "in a pipe"
        for option, name, forms, instead, beside in _EFFECTS:
            value = getattr(self, name)
            if value is None or value is False or form in forms:
                continue
            if chosen_by:
                raise UsageError(f"{option} and {chosen_by} cannot be combined", beside)
            raise UsageError(f"{option} has no effect {where}", instead)

    @property
    def around(self) -> tuple[int, int] | None:
        """The lines of context before and after a match, or None without -A, -B and -C."""
        if self.before is self.after is self.context is None:
            return None
        return cli.first_given(self.before, self.context, 0), cli.first_given(
            self.after, self.context, 0
        )

    def output(self, form: str, config: Config) -> Output:
        """Return how to print hits in this form."""
        text, width = self.record_text or WINDOW, WIDTH
        if self.columns:
            text, width = LINE_PART if text == LINE else WINDOW, self.columns
        elif self.columns == 0 and text == WINDOW:
            text = PASSAGE
        return Output(
            form,
            text,
            self.null,
            width=width,
            sort=self.sort or ("right" if form in _CONCORDANCES else "score"),
            color=self.color or config.color or "auto",
            around=self.around or (0, 0),
            line_buffered=self.line_buffered,
            pretty=self.pretty,
            more=self.verbose,
            scores=self.scores,
            paged=not self.no_pager,
        )

    def search(self, output: Output, config: Config) -> SearchOptions:
        """Return the options of the search for this output."""
        form, by = output.form, self.by
        limit, per_file = self.limit, self.per_file
        if form == "trec":
            by, limit = "document", cli.first_given(limit, _DOCUMENTS_OF_RUN)
        if form in _CONCORDANCES:
            limit, per_file = (
                cli.first_given(limit, _MATCHES_OF_CONCORDANCE),
                cli.first_given(per_file, 0),
            )
        if by == "document":
            per_file = cli.first_given(per_file, 0)
        if form in BY_FILE:
            by, limit, per_file = "file", cli.first_given(limit, 0), 0
        # 0 is no limit, and then there is none for files either
        limit = cli.first_given(limit, config.limit, 10)
        per_file = cli.first_given(per_file, config.per_file if limit else 0, 3)
        if form == "nothing":
            limit, per_file = 1, 0
        details, text = needs(output)
        return SearchOptions(
            limit=limit or None,
            per_file=per_file or None,
            by=by or "passage",
            all_copies=self.all_copies,
            text=text,
            details=details,
            fragments=False,  # only the window is shown
            window=output.width if text else 0,
            stale=form != "nothing",
            explain=self.explain,
            sort=output.sort if output.sort in ("path", "date") else "",
        )


hit_options = cli.as_one(
    "hits",
    HitChoices,
    cli.number(
        "-k",
        "--limit",
        help="At most N hits; with -l and -c, at most N files (0: all) [default: 10; 100 for kwic, 1000 for trec, "
        "0 for -l and -c].",
    ),
    cli.number(
        "--per-file",
        help="At most N hits from one file (0: no limit) [default: 3; no limit by document].",
    ),
    click.option(
        "--by",
        type=click.Choice(["passage", "document"]),
        help="Rank and count passages, or documents by their best passage [default: passage].",
    ),
    cli.flag(
        "--all-copies", help="Print copies of a passage as hits [default: list them in also_in]."
    ),
    click.option(
        "--format",
        "output_format",
        metavar="FORM",
        help="plain, json, csv, tsv, vimgrep, paths, counts, rg-json (as rg --json), markdown, trec (which ranks "
        "documents), or a template such as '{path}:{line} {title}'.",
    ),
    cli.flag(
        "--vimgrep", help="Print path:line:column:text, one line for each match, for editors."
    ),
    click.option(
        "--text",
        "record_text",
        type=click.Choice(["snippet", "line", "passage"]),
        help="Text of a record: the words around the best match, the line of the best match, or the whole passage "
        "[default: snippet].",
    ),
    cli.number(
        "-M",
        "--max-columns",
        "columns",
        help="At most N characters of text in a record (0: no limit) [default: 200 of a snippet].",
    ),
    cli.number("-A", "--after-context", "after", most=_CONTEXT, help=_CONTEXT_HELP.format("after")),
    cli.number(
        "-B", "--before-context", "before", most=_CONTEXT, help=_CONTEXT_HELP.format("before")
    ),
    cli.number("-C", "--context", most=_CONTEXT, help="The same as -A N -B N."),
    click.option(
        "--sort",
        type=click.Choice(["score", "path", "date", "left", "right"]),
        help="Order of the best hits [default: score]. date puts the newest first and hits without a date last. left "
        "and right sort the matches of --kwic by the words beside them [default of --kwic: right].",
    ),
    cli.flag("--kwic", help="Print a concordance: each match on a line, with the text around it."),
    cli.flag("--line-buffered", help="Write each record as soon as it is made."),
    cli.flag("--json", "as_json", help="Print JSON Lines, one hit a line."),
    cli.flag(
        "-l",
        "--files-with-matches",
        "files",
        help="Print only the paths of files with matches, best first.",
    ),
    cli.flag(
        "-c",
        "--count",
        "counts",
        help="Print each file's path and its number of matching passages, best first.",
    ),
    cli.flag("-q", "--quiet", help="Print nothing; only set the exit code."),
    cli.flag("-0", "--null", help="End each path with a NUL byte, for xargs -0."),
    cli.color_option,
    cli.flag("--pretty", help="Print the layout of a terminal, with colours, in a pipe too."),
    cli.flag("-v", "--verbose", help="Print more of each passage, on a terminal."),
    cli.flag("--scores", help="Print scores, on a terminal."),
    cli.pager_option,
    cli.flag("--explain", help="Explain each score, on a terminal or with --json."),
)
"""The options that say which hits to print, and how."""
