"""The command line: one function a verb. The clock is read here.

Everything heavy is imported inside the verbs, so that `--help` costs little more than starting Python.
Exit status: 0 fine, 1 problems in the content, 2 cannot start, 3 network or storage failed part-way, 130 interrupted.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from podfeed import __version__, own, rubbish, unchanged

CONTENT, START, STORAGE, INTERRUPTED = 1, 2, 3, 130
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNUSED = 24 * 3600
"""For so many seconds a cached copy stays that the show no longer wants: a server that still runs may send it."""
FORMATS = ("full", "concise", "json", "github")

_KEPT: list[object] = []
"""What was read of a show stays until the program ends, so that nobody takes it apart (`__main__.main`)."""

READERS = ("check", "build", "serve", "list")
"""What reads a show does so without looking for rubbish, for reading leaves none; what is made of it does."""


class Verbs(click.Group):
    """Commands in the order in which they are needed; an unknown one is answered with the nearest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]):
        from podfeed.text import closest

        if args and args[0] not in self.commands and not args[0].startswith("-"):
            near = closest(args[0], self.commands)
            hint = f"did you mean {near}?" if near else "see podfeed --help"
            ctx.fail(f"there is no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="podfeed %(version)s")
@click.option("-C", "folder", type=click.Path(path_type=Path), default=".", metavar="DIR", help="The show's folder.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour on a terminal.")
@click.pass_context
def cli(ctx: click.Context, folder: Path, quiet: bool, color: str) -> None:
    """Publish the companion of a radio show: a podcast feed and a site that join every segment to its stories."""
    wanted = {"always": True, "never": False}.get(color)
    if wanted is None:
        wanted = False if os.environ.get("NO_COLOR") else True if os.environ.get("FORCE_COLOR") else None
    ctx.color = wanted
    ctx.obj = {"folder": folder, "quiet": quiet}
    if ctx.invoked_subcommand not in READERS:
        rubbish.begin()
    if not folder.is_dir():
        stop(f"there is no folder {folder}", START)
    if name := own.foreign(str(folder)):
        stop(f"{folder / name} is a link, or nothing that podfeed made: take it away; podfeed makes its own", START)


def main() -> None:
    """Run; what a machine refuses (a full disk, a forbidden file) ends with one line."""
    try:
        try:
            status = cli(prog_name="podfeed", standalone_mode=False)  # click returns the status of an Exit
        except OSError as wrong:
            if not getattr(wrong, "again", False):
                raise
            status = cli(prog_name="podfeed", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as wrong:
        said = io.StringIO()
        wrong.show(said)
        click.echo(clean(said.getvalue()), err=True, nl=False)
        sys.exit(START)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - whoever read us has gone; say nothing more
        sys.exit(0)
    except OSError as wrong:
        place = f"{wrong.filename}: " if wrong.filename else ""
        click.echo(clean(f"podfeed: {place}{wrong.strerror or wrong}; nothing was published"), err=True)
        sys.exit(STORAGE)
    except Exception as bug:
        if os.environ.get("PODFEED_DEBUG"):
            raise
        kind = type(bug).__name__
        click.echo(
            f"podfeed: this is a mistake in podfeed, not in your show ({kind}); nothing was published.", err=True
        )
        click.echo("Please report it with what PODFEED_DEBUG=1 in front of the command shows.", err=True)
        sys.exit(START)


def clean(text: str) -> str:
    """The lines as a terminal may see them: an argument or a file's name may carry orders to it."""
    from podfeed.text import visible

    return "\n".join(map(visible, text.split("\n")))


def stop(message: str, status: int) -> NoReturn:
    click.echo(clean(f"podfeed: {message}"), err=True)
    raise click.exceptions.Exit(status)


def tell(ctx: click.Context, text: str) -> None:
    if not ctx.obj["quiet"]:
        click.echo(clean(text))


def report(
    problems: Iterable, form: str = "full", strict: bool = False, to_stderr: bool = True, some: bool = False
) -> bool:
    """Show the problems, or `some` of each kind; whether they stop what was asked for."""
    from podfeed.problem import show, show_some

    rows = tuple(problems)
    text = show_some(rows) if some and not strict else show(rows, form)
    if text:
        click.echo(paint(text) if form in ("full", "concise") else text, err=to_stderr)
        if form == "full":
            click.echo("", err=to_stderr)
    return any(p.is_error or (strict and p.is_warning) for p in rows)


def paint(text: str) -> str:
    """Colour the first word of each finding; click takes it out again where it does not belong."""
    colours = {"error[": "red", "warning[": "yellow", "info[": "cyan", "waived[": "cyan"}
    lines = []
    for line in text.split("\n"):
        for word, colour in colours.items():
            if line.startswith(word):
                head, bracket, rest = line.partition("]")
                line = click.style(head + bracket, fg=colour, bold=True) + rest
                break
        lines.append(line)
    return "\n".join(lines)


def now_utc() -> datetime:
    return datetime.now(UTC)


preview_options = (
    click.option("--drafts", is_flag=True, help="Show drafts too."),
    click.option("--future", is_flag=True, help="Show episodes and stories whose time has not come."),
    click.option(
        "--base-url", metavar="URL", help="Stand in for the show's address, to try the feed on this computer."
    ),
)


def with_preview(function):
    for option in reversed(preview_options):
        function = option(function)
    return function


def acceptable(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of --accept, each of a kind that there is."""
    if words:
        from podfeed.check.continuity import KINDS

        for word in words:
            if word.partition(":")[0] not in KINDS:
                known = ", ".join(f"{kind}:NAME" if kind in KINDS[:3] else kind for kind in KINDS)
                raise click.BadParameter(f"{word} is nothing that can be accepted; it is one of {known}")
    return words


@cli.command()
@click.argument("feed", required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="full", help="How findings are shown.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--all", "every", is_flag=True, help="Of a FEED: every finding, not three of a kind.")
@click.option(
    "--online", is_flag=True, help="Of a FEED: ask its recordings, artwork and transcripts too (10 items; --all)."
)
@click.pass_context
def check(ctx: click.Context, feed: str | None, form: str, strict: bool, every: bool, online: bool) -> None:
    """Say what is wrong with the show, and where; or with any FEED: a file, an address, or - for the input."""
    from podfeed.appearances import segment_count
    from podfeed.problem import count
    from podfeed.publish.place import is_published
    from podfeed.steps import look
    from podfeed.text import plural

    if feed is not None:
        check_feed(ctx, feed, form, strict, every, online)
        return
    if online:
        stop(
            "--online asks the addresses of a published feed; name it: podfeed check https://…/feed.xml --online", START
        )
    folder: Path = ctx.obj["folder"]
    taken = look(folder, now_utc(), released=is_published(folder / published_folder(folder)))
    _KEPT.append(taken)
    bad = report(taken.problems, form, strict, to_stderr=False)
    if form == "full" and taken.everything:
        show = taken.everything
        segments = sum(map(segment_count, show.episodes))
        what = f"{plural(len(show.episodes), 'episode')}, {plural(segments, 'segment')}, "
        what += plural(len(show.stories), "story", "stories")
        tell(ctx, f"Checked {what}: {count(taken.problems) or 'nothing to mend'}")
    if bad:
        raise click.exceptions.Exit(CONTENT)


def check_feed(ctx: click.Context, where: str, form: str, strict: bool, every: bool, online: bool) -> None:
    """What is wrong with anybody's feed."""
    from podfeed.check.feed import shortened
    from podfeed.feed_check import Unheard, get, judge
    from podfeed.feed_online import ITEMS
    from podfeed.problem import count
    from podfeed.text import plural

    body = get(where)
    if isinstance(body, Unheard):
        stop(body.message, STORAGE if body.network else START)
    found = judge(body, now_utc(), online, None if every else ITEMS)
    if online:
        found = asked(found, body.addresses)
    shown, left = (found.problems, {}) if every or form in ("json", "github") else shortened(found.problems)
    report(shown, form, to_stderr=False)
    if form == "full":
        for code, number in left.items():
            tell(ctx, f"… and {number:,} more of {code} (--all shows them)")
        what = plural(found.items, "item") if found.items is not None else "nothing: it could not be read"
        if online:
            what += f", {plural(len(found.asks), 'address', 'addresses')} asked"
        tell(ctx, f"Checked {what}: {count(found.problems) or 'nothing to mend'}")
    if any(p.is_error or (strict and p.is_warning) for p in found.problems):
        raise click.exceptions.Exit(CONTENT)


def asked(found, addresses: tuple[str, ...]):
    """The findings with those about what the feed's addresses answer."""
    from dataclasses import replace

    from podfeed.feed_online import judge
    from podfeed.problem import by_place

    with progress(len(found.asks), "Asking", 8) as step:
        more = judge(found.asks, addresses, step)
    if isinstance(more, str):
        stop(more, STORAGE)
    return replace(found, problems=by_place((*found.problems, *more)))


@cli.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The folder to publish to (public); with a preview it has to be said.",
)
@with_preview
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--clean", is_flag=True, help="Make every file anew.")
@click.option(
    "--accept",
    metavar="WORD",
    multiple=True,
    callback=acceptable,
    help="Publish although listeners would notice; the message that stops a build says the word.",
)
@click.pass_context
def build(
    ctx: click.Context,
    output: Path | None,
    drafts: bool,
    future: bool,
    base_url: str | None,
    strict: bool,
    clean: bool,
    accept: tuple[str, ...],
) -> None:
    """Publish the show to a folder that any web server can serve."""
    from podfeed.publish.folder import turn
    from podfeed.publish.ledger import record
    from podfeed.publish.place import is_published
    from podfeed.publish.problem import PublishProblem
    from podfeed.schedule import View
    from podfeed.steps import remember as save_work
    from podfeed.steps import take

    folder: Path = ctx.obj["folder"]
    if output is None and (drafts or future or base_url):
        kind = "--drafts" if drafts else "--future" if future else "--base-url"
        stop(f"with {kind} what is not for everybody would be in the public folder; add -o preview", START)
    target = output or folder / published_folder(folder)
    old = release_at(target)
    try:
        with turn(target) as publish:  # read inside the turn: an older state never goes out over a newer one
            now, before = now_utc(), unchanged.begin(sys.argv[1:])
            public = not (drafts or future or base_url)
            view = View(now=now, drafts=drafts, future=future)
            out = public and is_published(target)
            taken = take(folder, view, base_url, accept=accept, recording=public, released=out)
            _KEPT.append(taken)
            if report(taken.problems, strict=strict, some=True) or taken.site is None or taken.seen is None:
                stop("nothing was published; what is out stays as it was", CONTENT)
            rubbish.begin()
            # What is made goes as it comes: to look for rubbish more often took 4 % of a first build.
            gc.set_threshold(50_000, 20, 100)
            with publishing() as step:
                done = publish(taken.site, clean, step)
            save_work(taken)
            if public:
                record(folder, taken.seen, now, taken.stamps, taken.removed)
                tidy(folder, taken.everything, now)
            if before:
                remember(before, taken, now, target, done)
    except PublishProblem as wrong:
        stop(f"{wrong.message}; {wrong.hint}", START)
    except OSError as wrong:
        if release_at(target) == old:
            raise
        reason = f"{wrong.filename}: {wrong.strerror}" if wrong.filename else wrong.strerror or wrong
        stop(f"{reason}; the site is out, but not all could be written down: build again", STORAGE)
    tell(ctx, summary(taken.seen, target, done))


def release_at(target: Path) -> str | None:
    """What is public there, whatever it is."""
    try:
        return os.readlink(target)
    except OSError:
        return None


def remember(before, taken, now: datetime, target: Path, done) -> None:
    """So that the next build, if nothing changes, says the same at once."""
    from podfeed.problem import show, show_some
    from podfeed.publish.folder import Report
    from podfeed.source.integrity import is_sealed

    if not is_sealed(taken.seen):
        return  # the next build is to look again
    until = nanoseconds(taken.next_change) if taken.next_change else unchanged.NEVER
    remarks = show(taken.problems) if "--strict" in sys.argv else show_some(taken.problems)
    said = clean(summary(taken.seen, target, Report(linked=done.total, total=done.total)))
    shown = paint(remarks) + "\n\n" if remarks else ""
    unchanged.remember(sys.argv[1:], before, nanoseconds(now), until, str(target), shown, said)


def nanoseconds(moment: datetime) -> int:
    """Since the epoch, rounded down to a microsecond."""
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000


def tidy(folder: Path, everything, now: datetime) -> None:
    """Delete cached copies of recordings that neither the show, drafts included, nor anybody since yesterday has used."""
    from podfeed.source.embed import prune, wanted
    from podfeed.source.read import CACHE

    prune(folder / CACHE, wanted(everything), before=now.timestamp() - UNUSED)


@contextmanager
def progress(total: int, label: str, least: int) -> Iterator[Callable[[str], None] | None]:
    """A bar on a terminal, for work that is long enough to wonder; None where nobody watches."""
    if total < least or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield lambda path: bar.update(1)


@contextmanager
def publishing(least: int = 100) -> Iterator[Callable[[int, int], None] | None]:
    """The same for publishing, which says how much there is to make when it begins."""
    with ExitStack() as opened:
        bars: list[Any] = []

        def step(reached: int, total: int) -> None:
            if not bars and total >= least:
                bars.append(opened.enter_context(click.progressbar(length=total, label="Publishing", file=sys.stderr)))
            for bar in bars:
                bar.update(reached - bar.pos)

        yield step if sys.stderr.isatty() else None


def summary(show, target: Path, done) -> str:
    from podfeed.text import plural

    counts = (
        plural(len(show.episodes), "episode"),
        plural(len(show.stories), "story", "stories"),
        plural(len(show.people), "person", "people"),
    )
    news = f"{plural(done.rendered, 'file')} made, {done.linked:,} kept, {done.removed:,} taken away"
    return f"Built {target}/   {', '.join(counts)}   ({plural(done.total, 'file')}: {news})"


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@with_preview
@click.option("--production", is_flag=True, help="For the public: no notices of problems in the pages.")
@click.option("--built", is_flag=True, help="Serve the published folder as it is.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The published folder, for --built (public).")
@click.option(
    "--server",
    type=click.Choice(["waitress", "granian"]),
    default="waitress",
    show_default=True,
    help="What listens. granian (the extra fast) is several times as quick, with --built, behind a web server.",
)
@click.pass_context
def serve(
    ctx: click.Context,
    port: int,
    host: str,
    drafts: bool,
    future: bool,
    base_url: str | None,
    production: bool,
    built: bool,
    output: Path | None,
    server: str,
) -> None:
    """Serve the site and follow every change; scheduled episodes come out at their second."""
    from podfeed.publish.problem import PublishProblem
    from podfeed.web import fast
    from podfeed.web.app import create_app
    from podfeed.web.live import Live
    from podfeed.web.server import ServeProblem
    from podfeed.web.server import serve as listen

    folder: Path = ctx.obj["folder"]

    begin: list[Callable[[], object]] = []

    def ready(address: str) -> None:
        tell(ctx, f"Serving {address}   (Ctrl+C stops)")
        for start in begin:
            start()

    if server == "granian" and not built:
        stop("granian serves a published folder in several processes: add --built", START)
    if server == "granian" and not fast.is_installed():
        stop("granian is not installed; the extra fast brings it: pip install granian", START)
    try:
        if built:
            target = output or folder / published_folder(folder)
            if not target.is_symlink():
                stop(f"{target} was not published by podfeed build; run it first", START)
            make_app = partial(built_app, target, address_path(folder, base_url))
            rubbish.begin()
            if server == "granian":
                fast.serve(make_app, host, port, ready=ready)
                return
            app = make_app()
        else:

            def heard(made) -> None:
                report(made.problems, some=True)

            public = production and not (drafts or future or base_url)
            make = maker(folder, drafts, future, base_url, public)
            plain = not (drafts or future or base_url or output)
            known = standing(folder) if plain else None
            before = partial(published, folder) if public else lambda: None
            live = Live(make, folder=folder, preview=not production, told=heard, standing=known, published=before)
            if known is None:
                live.start()
            else:
                begin.append(live.start)  # reading the show would be in the way of the first page
            rubbish.begin()
            app = create_app(live.current, address_path(folder, base_url), preview=not production)
        listen(app, host, port, ready=ready)
    except (ServeProblem, PublishProblem) as wrong:
        stop(f"{wrong.message}; {wrong.hint}", START)


def standing(folder: Path):
    """What a build published, if it would publish the same now: the show need not be read before the first page."""
    from podfeed.publish.problem import PublishProblem
    from podfeed.publish.reading import read_standing
    from podfeed.web.live import Made

    now = nanoseconds(now_utc())
    known = unchanged.standing(str(folder), ["build"], now) or unchanged.standing(
        str(folder), ["build", "--strict"], now
    )
    if known is None:
        return None
    try:
        site = read_standing(Path(known[2]))
    except (PublishProblem, OSError):
        return None
    until = known[3]
    later = EPOCH + timedelta(microseconds=until // 1000) if until != unchanged.NEVER else None
    return Made(site=site, next_change=later)


def published(folder: Path):
    """The site that a build published last, whatever stands in the show's files now; None if there is none."""
    from podfeed.publish.problem import PublishProblem
    from podfeed.publish.reading import read_standing

    try:
        return read_standing(folder / published_folder(folder))
    except (PublishProblem, OSError):
        return None


def built_app(target: Path, prefix: str):
    """The application over a published folder; a function of the module, so that other processes find it."""
    from podfeed.publish.reading import read_built
    from podfeed.web.app import create_app
    from podfeed.web.live import Built

    return create_app(Built(partial(read_built, target), target).current, prefix)


def maker(folder: Path, drafts: bool, future: bool, base_url: str | None, public: bool = False):
    """What the server calls to make the site anew; what the `public` sees is recorded in the ledger, as by a build."""
    from podfeed.schedule import View
    from podfeed.steps import take
    from podfeed.web.live import Made

    def make(now: datetime) -> Made:
        with rubbish.put_off():
            taken = take(folder, View(now=now, drafts=drafts, future=future), base_url, recording=public)
            problems = taken.problems
            if public and taken.site is not None:
                problems = (*problems, *recorded(folder, taken, now))
        return Made(site=taken.site, problems=problems, next_change=taken.next_change)

    return make


def recorded(folder: Path, taken, now: datetime) -> Iterator:
    """Write down what goes out; a problem if it cannot be written, for the site goes out all the same."""
    from podfeed.ledger import NAME
    from podfeed.problem import Span, warning
    from podfeed.publish.ledger import record
    from podfeed.publish.problem import PublishProblem

    try:
        record(folder, taken.seen, now, taken.stamps, taken.removed)
    except (OSError, PublishProblem) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else wrong.message
        hint = "let this account write in the show's folder; until then a lost or doubled episode goes unnoticed"
        yield warning("ledger-unwritten", f"what is published could not be recorded: {reason}", Span(NAME), hint)


def published_folder(folder: Path) -> str:
    """Where the show says that it publishes, read without judging it."""
    from podfeed.source.read import show_file

    entry = show_file(folder)
    return entry.publish.folder if entry and entry.publish else "public"


def address_path(folder: Path, base_url: str | None) -> str:
    """The path under which the site lives (`/morning`), which the server takes off an address."""
    from urllib.parse import urlsplit

    from podfeed.source.read import show_file

    entry = show_file(folder)
    return urlsplit(base_url or (entry.url if entry else "")).path.rstrip("/")


@cli.command("import")
@click.argument("feed")
@click.option("--into", type=click.Path(path_type=Path), help="The folder for the new show (the one of -C).")
@click.option("--yes", is_flag=True, help="The feed is locked, and its owner agrees.")
@click.pass_context
def import_(ctx: click.Context, feed: str, into: Path | None, yes: bool) -> None:
    """Make a show of an existing podcast's FEED, an address or a file; its recordings stay where they are."""
    from podfeed.importing import gather, placing, show

    got = gather.gather(feed)
    if isinstance(got, gather.Refused):
        stop(f"{got.message}; nothing was written", STORAGE if got.network else START)
    channel, items = show.drafts(got)
    fetched = gather.chapters(d.chapters for d in items if d.url and d.chapters and not d.marks)
    made = show.files(got, channel, items, fetched, now_utc())
    if made.locked_by and not yes:
        who = clean(made.locked_by)
        stop(
            f"the feed is locked: {who} wants to be asked first. If it is yours, add --yes; nothing was written", START
        )
    target = into or ctx.obj["folder"]
    try:
        placing.place(target, made.files)
    except placing.Occupied as there:
        shown = ", ".join(there.names[:5]) + (" …" if len(there.names) > 5 else "")
        stop(f"{target} has {shown} already, and nothing is written over; name another folder with --into", START)
    for note in made.notes:
        click.echo(f"  {clean(note)}", err=True)
    tell(ctx, f"Wrote {target}/   {show.summary(made)}   (guids and recordings as in the old feed)")
    tell(ctx, f"Next: put the new address at url: in show.yaml, then  podfeed -C {target} check   (docs/moving.md)")


@cli.command("list")
@click.argument("what", type=click.Choice(["episodes", "stories", "people"]), default="episodes")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def list_(ctx: click.Context, what: str, as_json: bool) -> None:
    """List episodes, stories or people."""
    from podfeed.listing import rows, table
    from podfeed.steps import look
    from podfeed.text import readable_json

    taken = look(ctx.obj["folder"])
    if taken.everything is None:
        report(taken.problems)
        raise click.exceptions.Exit(CONTENT)
    found = rows(taken.everything, what, now_utc())
    click.echo(readable_json(found) if as_json else table(found))


@cli.command()
@click.argument("kind", type=click.Choice(["show", "episode", "people", "stories"]), required=False)
@click.option("--write", is_flag=True, help="Write all four into .podfeed/, where the episodes' first line finds them.")
@click.pass_context
def schema(ctx: click.Context, kind: str | None, write: bool) -> None:
    """Give the schema that a text editor completes and checks with."""
    from podfeed.source.json_schema import text, write_all

    if write:
        for path in write_all(ctx.obj["folder"]):
            tell(ctx, f"Wrote {path}")
    else:
        click.echo(text(kind or "episode"), nl=False)


@cli.command()
@click.argument("code", required=False)
@click.option("--markdown", is_flag=True, help="All of them, as the page docs/rules.md.")
def explain(code: str | None, markdown: bool) -> None:
    """Say what a message means and how to mend it."""
    from podfeed.manual import codes, manual, page
    from podfeed.text import closest

    if markdown:
        click.echo(page(), nl=False)
        return

    if code is None:
        click.echo("\n".join(codes()))
        return
    text = manual(code)
    if text is None:
        near = closest(code, codes())
        stop(
            f"there is no message {code!r}; " + (f"did you mean {near}?" if near else "podfeed explain lists them"),
            START,
        )
    click.echo(text)
