"""What every message means: the rules' docstrings and the readers' manuals, by code."""

from __future__ import annotations

import inspect
import re


def _all() -> dict[str, str]:
    from podfeed import feed_check
    from podfeed.check import continuity, waivers, xml_slips
    from podfeed.check.feed import FEED_RULES, PODCAST_RULES
    from podfeed.check.finding import code
    from podfeed.check.online import ONLINE_RULES
    from podfeed.check.rules import RULES
    from podfeed.source import audio, files, images, theme, transcript, yaml
    from podfeed.source.codes import MANUAL

    found: dict[str, str] = {}
    for module in (yaml, files, audio, images, theme, transcript, xml_slips, waivers, feed_check, continuity):
        found.update(module.MANUAL)
    found.update(MANUAL)
    for rule in (*RULES, *FEED_RULES, *PODCAST_RULES, *ONLINE_RULES):
        found[code(rule)] = inspect.getdoc(rule) or ""
    return found


def codes() -> list[str]:
    """Every code that a message may carry."""
    return sorted(_all())


def manual(code: str) -> str | None:
    """The manual of a code, or None if there is no such code."""
    text = _all().get(code)
    return None if text is None else f"{code}\n\n{text}"


def page() -> str:
    """docs/rules.md: every manual, sorted by what the message is about. `podfeed explain --markdown` prints it."""
    from podfeed.check.coverage import NOT_ASKED
    from podfeed.check.feed import FEED_RULES, PODCAST_RULES
    from podfeed.check.finding import code
    from podfeed.check.online import ONLINE_RULES
    from podfeed.check.rules import RULES
    from podfeed.check.waivers import OF_READING, PROTECTED

    texts = _all()
    groups = (
        ("What the editor wrote", [code(rule) for rule in RULES]),
        ("The rendered feed, or anybody's", [code(rule) for rule in FEED_RULES]),
        ("The podcast namespace, one rule a tag", [code(rule) for rule in PODCAST_RULES]),
        ("What the addresses of a feed answer, with --online", [code(rule) for rule in ONLINE_RULES]),
    )
    ruled = {name for _, names in groups for name in names}
    rest = ("Single values and files", [name for name in sorted(texts) if name not in ruled])
    lists = {"protected": PROTECTED, "reading": OF_READING}
    lines = [_HEAD.format(**{key: ", ".join(f"`{name}`" for name in sorted(names)) for key, names in lists.items()})]
    for title, names in (*groups, rest):
        lines += [f"## {title}\n", *(f"### {name}\n\n{_prose(texts[name])}\n" for name in names)]
    lines += ["## What is not asked\n", "| rule | why not |", "|---|---|"]
    lines += [f"| {rule} | {reason} |" for rule, reason in NOT_ASKED]
    return "\n".join(lines) + "\n"


_HEAD = """\
# Rules

<!-- Made by `podfeed explain --markdown > docs/rules.md` from the rules themselves; do not edit. -->

`podfeed check` asks every rule of a show: of what was written, and of the feed as it would be published. `podfeed check
FEED` asks those of the feed of any feed: a file, an address, or `-` for the input; with `--online` also what its recordings,
artwork, transcripts and chapters answer. `podfeed explain CODE` prints one of the
texts below.

A newsroom that has looked at a finding and lives with it says so in show.yaml, or in one episode's file, with the reason:

```yaml
# in show.yaml
waive:
  enclosure-format: our listeners use apps that play Opus
```

The finding is still shown, with the reason, and counts for nothing. The rules of the first three parts can be waived
(not {protected}, without which listeners lose episodes), and of the messages about
single files those that are warnings: {reading}.
"""


def _prose(text: str) -> str:
    """The text with what Markdown would take for HTML written as code."""
    return re.sub(r"(?<!`)(<[^<>\n]*(?:\n[^<>\n]*)?>)(?!`)", r"`\1`", text)
