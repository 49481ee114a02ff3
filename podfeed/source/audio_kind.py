"""What a file is by its first bytes, in words that an editor knows."""

from __future__ import annotations

import os
from typing import BinaryIO

from podfeed.source import audio_mp3

KINDS = {
    # what it is → the endings that it may have, the usual one first
    "an MP3": (".mp3",),
    "an MP4": (".m4a", ".m4b"),
    "Ogg Vorbis": (".ogg", ".oga"),
    "Ogg Opus": (".opus", ".ogg", ".oga"),
    "FLAC": (".flac",),
    "a WAV": (".wav",),
}

FIRST_BYTES = (
    (b"fLaC", "FLAC"),
    (b"RIFF", "a WAV"),
    (b"RF64", "a WAV of more than 4 GB"),
    (b"BW64", "a WAV of more than 4 GB"),
    (b"FORM", "AIFF"),
    (b"0&\xb2u", "Windows Media"),
    (b"#!AMR", "AMR"),
    (b"caff", "a Core Audio file"),
    (b"\x1aE\xdf\xa3", "Matroska or WebM"),
    (b"MThd", "MIDI"),
    (b"MAC ", "Monkey's Audio"),
    (b"wvpk", "WavPack"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the recording itself"),
)

OGG_CODECS = (
    (b"OpusHead", "Ogg Opus"),
    (b"\x01vorbis", "Ogg Vorbis"),
    (b"\x7fFLAC", "FLAC in Ogg"),
    (b"Speex   ", "Speex"),
    (b"\x80theora", "a Theora video"),
)


def kind(file: BinaryIO) -> str:
    """A key of `KINDS`, or what it is instead."""
    file.seek(0)
    head = file.read(4096)
    if head[:4] == b"OggS":
        packet = head[27 + head[26] :] if len(head) > 27 else b""
        return next((name for magic, name in OGG_CODECS if packet.startswith(magic)), "an Ogg of an unknown kind")
    if head[4:8] == b"ftyp":
        return "an MP4"
    if head[:4] == b"RIFF" and head[8:12] != b"WAVE":
        return "a RIFF file without sound"
    for magic, name in FIRST_BYTES:
        if head.startswith(magic):
            return name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<!--")):
        return "a web page"
    return _by_frames(file, head)


def _by_frames(file: BinaryIO, head: bytes) -> str:
    """MP3 and AAC have no first bytes of their own: what follows the ID3 tag tells."""
    size = file.seek(0, os.SEEK_END)
    start = audio_mp3.after_tags(file, size)
    file.seek(start)
    first = file.read(4)
    if first == b"fLaC":
        return "FLAC after an ID3 tag"
    if len(first) == 4 and first[0] == 0xFF and first[1] & 0xF6 == 0xF0:
        return "AAC without an MP4 around it"
    if audio_mp3.find(file):
        return "an MP3"
    if head[:3] == b"ID3":
        return "an ID3 tag without sound after it"
    if head.isascii() and head.decode().replace("\n", " ").replace("\r", " ").replace("\t", " ").isprintable():
        return "plain text"
    return "nothing that podfeed knows"
