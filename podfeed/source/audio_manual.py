"""What `podfeed explain` says about recordings: what is wrong, what a listener would suffer, how to mend it."""

from __future__ import annotations

MANUAL = {
    "audio-missing": "The recording is not where the episode says. An episode without one has nothing to play, and apps "
    "drop it from the feed. Put the file into media/ or correct its name; capital letters count on a web server.",
    "audio-not-a-file": "A folder, a symbolic link, a pipe or a device stands where a recording is meant. A link may lead "
    "anywhere on this machine, so it is not followed: what is published must lie in media/. Copy the file itself there.",
    "audio-unreadable": "The recording cannot be opened, or nothing in it looks like sound. Apps would show an error when "
    "a listener presses play. If it plays in your audio editor, save it from there anew; if it does not, copy it again.",
    "audio-empty": "The file has no bytes. That happens when a copy was interrupted or the disk was full. Copy it again.",
    "audio-wrong-type": "The ending of the name and the content disagree: an MP3 called .m4a, or a web page that was saved "
    "as .mp3. Apps go by the ending and the announced type, and refuse to play what does not fit. Rename the file, or "
    "fetch the recording instead of the page around it.",
    "audio-unknown-type": "Podcast apps play MP3 and M4A everywhere, and M4B, Opus, Ogg Vorbis, FLAC and WAV in many "
    "places; this is none of them by its name. Export the recording as MP3 (it plays on every device, old radios too).",
    "audio-too-slow": "Reading the recording took more than two seconds of computing, a thousand times the usual. Its tags "
    "are damaged, or somebody made them so on purpose. Apps that read them may hang as well. Save the recording anew in "
    "your audio editor, which writes fresh tags.",
    "audio-too-big-for-memory": "Reading the tags of the recording took more than 512 MB of memory; a phone has less to "
    "spare and the app would be ended. Save the recording anew in your audio editor, with a smaller picture.",
    "audio-absurd-length": "The recording claims to last no time at all, more than two days, or far more or less than its "
    "size allows. Apps show that number and place chapters by it, so every link into the episode would miss. Save it anew "
    "in your audio editor.",
    "audio-truncated": "The header announces more sound than is in the file: most often it is half copied, sometimes an "
    "upload broke off. Listeners would hear it stop in mid-sentence, and apps that fetched it never fetch it again. Copy "
    "it again; if it does play to its end, its header is wrong, and saving it anew in your audio editor mends that.",
    "audio-being-written": "Another program has the recording open for writing, or it changed while podfeed read it. "
    "Published now, it would go out half and with a wrong size, and apps would keep that half. Wait until the copy or the "
    "upload is complete and build again.",
    "audio-estimated-duration": "The recording does not say how long it is and podfeed could not count it out, so its "
    "duration is guessed from its size. Apps will show that guess, and chapters may come early or late. Save it anew with "
    "a constant bitrate, or as M4A.",
    "audio-misleading-length": "The header of this MP3 belongs to one of the pieces from which it was joined, say the "
    "jingle. podfeed counted the true duration, but some apps believe the header: they show the wrong length and jump to "
    "the wrong place. Save the whole anew in your audio editor.",
    "audio-odd-chapters": "Some chapters inside the recording start after its end; it was probably shortened after they "
    "were made. podfeed leaves those out. Segments in the episode's file take the place of all of them.",
    "embed-unsupported": "podfeed writes the segments as chapters into a copy of the recording, for the many apps that "
    "read chapters only there. It can do so in MP3, Opus, Ogg Vorbis and FLAC; no free library writes those of M4A, and "
    "WAV has none. Listeners still get them from the feed. Export as MP3, or write embed_chapters: no.",
    "embed-failed": "The copy of the recording that carries its segments as chapters could not be made, so the recording "
    "goes out as it is: some apps will show no chapters. Most often its tags are damaged; saving it anew in your audio "
    "editor mends that.",
}
