"""The quick way through YAML is the parser's way: what it reads is what the parser reads, and the rest it leaves to that."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
import test_yaml
import yaml as library
from test_yaml import parser  # noqa: F401 - both parsers, for the tests that name it

from podfeed.source import yaml
from podfeed.source.lines import decode
from podfeed.source.yaml_plain import plain

HERE = Path(__file__).parent


def quickly(source: str | bytes) -> object:
    """What is read the quick way, of what is text at all."""
    text = decode("a.yaml", source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass"))
    return plain(text, yaml.MAX_NODES) if isinstance(text, str) else None


def agree(source: str) -> bool:
    """Whether it was read the quick way; the parser must read the same then, and find nothing to say."""
    data = quickly(source)
    if data is None:
        return False
    document, problems = yaml.parsed("a.yaml", source)
    assert problems == (), source
    assert document is not None and document.data == data, source
    return True


FILES = sorted(path for folder in ("episodes", "tests") for path in (HERE.parent / folder).rglob("*.yaml"))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_file_that_we_have(parser, ending):  # noqa: F811
    """Files with and without mistakes. Most of those without are read the quick way."""
    texts = [path.read_text("utf-8").replace("\n", ending) for path in FILES]
    quick = [path.name for path, text in zip(FILES, texts, strict=True) if agree(text)]
    assert len(quick) > 20


@pytest.mark.parametrize(
    "source", [source for source, *_ in (*test_yaml.REFUSED, *test_yaml.WORDS)], ids=lambda s: repr(s[:40])
)
def test_what_is_refused_is_left_to_the_parser(source):
    """No slip, no trap, nothing that YAML can do and an editor does not need."""
    assert quickly(source) is None


@pytest.mark.parametrize("source", [source for source, _ in test_yaml.FINE], ids=lambda s: repr(s[:40]))
def test_what_is_fine(parser, source):  # noqa: F811
    """Texts that look like numbers, dates and nulls."""
    agree(source)


QUICK = (
    "title: Harbour\ndate: 2026-03-02 06:00\n",
    "a: \"x: y # z\"\nb: 'it''s'\nc: \"\"\nd:\ne: ''\n",
    "a: [b, \"c, d\", 'e, f', 12:30, https://a.example:80/x]\nb: {c: d, e: 'f, g', h: \"\"}\n",
    "a:\n- b\n- c: d\n  e: f\n\n# between\n- g\nh: i\n",
    "a:\n    - b\n    - c: d\n      e:\n        f: g\n        h:\n        - i\nj: k\n",
    "a: |\n  b\n\n    c  \n   \n  d: # e\n\n\nf: |-\n g\n\n",
    "é: ü 🎈\nb:   x y   \n",
    "a: b:c\nd: e#f\ng: ~\nh: x [y] {z}, & 'w'\n",
)


@pytest.mark.parametrize("source", QUICK, ids=repr)
def test_what_is_read_the_quick_way(parser, source):  # noqa: F811
    assert agree(source)


WORDS = (
    "a",
    "b",
    "title",
    "x y",
    "12:30",
    "2026-03-02",
    "https://a.example/b?c",
    "é🎈",
    "~",
    "0:00 Headlines",
    "b-c",
    "_d",
    "9",
)
ODD = ("", "a: b", "a:", ":a", " #5", "#", "# c", "-", "- a", "-a", "?", "? a", "|", "|-", ">", "&a", "*a", "!a", "%a", "@", "`", "---", "...",
       "'", '"', "'a'", '"b"', "'it''s'", '"\\n"', "\"a' b\"", "[", "]", "{", "}", "[]", "{}", "[a, b]", "[a,]", "[ a , 'b' ]", "{a: b}",
       "{a: b, a: c}", "{ a: 'b' , c: \"d\" }", "{a: b}}", "{a: {b: c}}", "[a: b]", "{a}", "{a: }", "{a: b", "a, b", "a]", "<<", "\t", "  ")  # fmt: skip


def lines_by_chance(chance: random.Random) -> str:
    """A few lines that are often, and often only nearly, a file of YAML."""
    lines, indent = [], 0
    for _ in range(chance.randint(1, 9)):
        indent = max(0, indent + chance.choice((0, 0, 0, 0, 2, 2, -2, -2, -4, 1, -1)))
        text = chance.choice(WORDS if chance.random() < 0.8 else ODD)
        key = f"k{chance.randrange(40)}" if chance.random() < 0.9 else chance.choice((*WORDS, *ODD))
        match chance.randrange(9):
            case 0 | 1 | 2:
                line = f"{key}: {text}"
            case 3:
                line = f"{key}:"
            case 4:
                line = f"- {text}"
            case 5:
                line = f"-{' ' * chance.randint(1, 3)}{key}: {text}"
            case 6:
                values = ", ".join(chance.choice((*WORDS, *ODD)) for _ in range(chance.randint(0, 3)))
                line = f"{key}: [{values}]"
            case 7:
                values = ", ".join(
                    f"{chance.choice('abc')}: {chance.choice((*WORDS, *ODD))}" for _ in range(chance.randint(0, 3))
                )
                line = f"- {{{values}}}"
            case _:
                line = chance.choice((text, "", "# c", "# a: b", f"{key}: |", f"{key}: |-"))
        lines.append(" " * indent + line + " " * (chance.random() < 0.1))
    return "\n".join(lines) + "\n" * (chance.random() < 0.95)


def many(count: int, start: int = 0) -> int:
    return sum(agree(lines_by_chance(random.Random(seed))) for seed in range(start, start + count))


def test_lines_by_chance(parser):  # noqa: F811
    """Of 6,000 files of a few lines some hundred are read, each as by the parser; of 1,000 with its slow one."""
    count = 6_000 if yaml.LOADER is library.CBaseLoader else 1_000
    assert many(count) > count / 20


@pytest.mark.slow
def test_very_many_lines_by_chance():
    assert many(300_000, 10_000) > 10_000


def test_damaged_files(parser):  # noqa: F811
    """One to six bytes changed, dropped, doubled or put in."""
    whole = (HERE.parent / "episodes").glob("*.yaml")
    wholes = [path.read_bytes() for path in sorted(whole)] + [text.encode() for text in QUICK]
    for seed in range(3_000 if yaml.LOADER is library.CBaseLoader else 300):
        chance = random.Random(seed)
        source = test_yaml.mutated(chance.choice(wholes), chance).decode(errors="ignore")
        agree(source)


HOSTILE = {
    "blanks before a brace": "a: {b: c" + " " * 1_000_000 + "#}\n",
    "blanks after commas": "a: [" + ",       " * 100_000 + "]\n",
    "quotes": "a: '" + "''" * 400_000 + "\n",
    "pairs of quotes": "a: {" + ", b: ''c'" * 100_000 + "}\n",
    "colons": "a: {b: " + ":c" * 400_000 + "}\n",
    "keys": "a" * 1_000_000 + ": b\n",
    "lines that begin with blanks": "a: |\n" + " " * 500_000 + "b\n" + "\n".join(" " * n for n in range(900)) + "\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_keeps_it_busy(name):
    begin = time.process_time()
    plain(HOSTILE[name], yaml.MAX_NODES)
    assert time.process_time() - begin < 0.5
