"""The rules of the field that need no asking here, each with the reason: refused before, or impossible by construction.

The words on the left are those of the sources: Apple's guide (A), PSP-1 (P), the W3C's validator (W), the podcast namespace
(N), Spotify (S).
"""

from __future__ import annotations

NOT_ASKED: tuple[tuple[str, str], ...] = (
    ("copyright without the word Copyright, © or a year (P)", "Apple's own example has them; the sources disagree"),
    ("timestamps of the description in the form that Spotify and Apple read (S, A)", "written in one form only, and "
     "left out where there are fewer than three or the first is not at 0:00"),
    ("chapter titles under 40 characters (S)", "advice for one app's display; it shortens a longer title by itself"),
    ("chapters of 30 seconds or more (S)", "advice for one app; a headline may be shorter"),
    ("at most six chapters an hour", "found in secondary sources only"),
    ("JSON chapters, Podlove chapters, chapters in the recording and the description agree", "all are made from the "
     "segments; a test renders and compares them"),
    ("chapters JSON has its version, list and numbers (N)", "written by podfeed; a test reads them back"),
    ("a recording holds at most 255 chapters, with names of its own", "the writer splits and names them"),
    ("the persons of an item repeat the show's hosts (N)", "rendered so: hosts and crew are added to every episode's"),
    ("a transcript is served with a CORS header (N)", "podfeed's server sends it; docs/deploying.md has it for others"),
    ("the server answers HEAD, gives length and type, and takes part of a recording (A)", "podfeed's server does; "
     "anybody's is asked with --online"),
    ("the length of a recording is its size; its type fits its ending (A, R)", "both are read from the file"),
    ("the duration equals the file's within a second (A)", "it is read from the file; an estimate is a message of its own"),
    ("the artwork's ending is its real type (A)", "refused when the picture is read: image-wrong-type"),
    ("the address of an artwork changes with the file (A)", "not asked: it needs the last published state"),
    ("the guid of an item is unchanged since the last publication (A)", "kept in ledger.json"),
    ("a date lies in the future at publication (A)", "such an episode is not in the feed until then"),
    ("a story's address is absolute", "refused when the file is read: not-an-address"),
    ("every segment has a story", "headlines, weather and music are about no article"),
    ("attributes that the namespace only recommends (N)", "their absence is no fault; the guide names them"),
)  # fmt: skip
