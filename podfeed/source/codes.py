"""The manuals of the messages about single values and files: what, why, how to mend."""

from __future__ import annotations

MANUAL = {
    "no-show": "A show's folder has a show.yaml that says what the show is called and where it will be published. Go to "
    "the right folder (or name it with -C), or make the file.",
    "no-episodes": "A show needs the folder episodes/ with one .yaml file an episode; the file's name is the episode's "
    "address. Nothing is published without one, so that an empty folder cannot empty a feed.",
    "missing-key": "Feeds and directories cannot do without this fact. Add the key with a value, as the message shows.",
    "unknown-key": "A key that podfeed does not know would be lost in silence, so it is told. Correct its spelling, or "
    "take it out. Words of your own belong under notes.",
    "foreign-key": "The key is the word of another podcast tool. podfeed has one spelling for each meaning; write ours.",
    "wrong-shape": "A value stands where a group of keys or a list belongs, or the reverse. See the example of the key in "
    "docs/writing-episodes.md.",
    "empty-value": "The key is there and its value is not. Write the value, or take the key out.",
    "text-too-long": "One line takes 1,000 characters, an address 2,000, a text 64,000 bytes. More cannot be shown anywhere; "
    "a long text belongs on a page of its own, with a link to it.",
    "list-too-long": "A list takes 500 entries, and an episode 255 segments, for the chapters inside an MP3 are counted in "
    "one byte. Split the episode, or join short segments.",
    "not-a-number": "Numbers are written in digits: 212.",
    "not-yes-or-no": "Write yes or no (true and false are understood too).",
    "not-a-choice": "The key takes one of a few words, which apps know by heart. Write one of those in the message.",
    "not-a-time": "An offset into the recording is minutes and seconds, 2:15, or with hours, 1:02:03; a length may be 45s "
    "or 1h2m3s. Two parts are always minutes and seconds. Seconds go up to 59.",
    "not-a-date": "Dates are written year first, 2026-03-02, with a time 2026-03-02 06:30, and with an offset from UTC "
    "2026-03-02 06:30 +01:00. Other orders are read differently in different countries.",
    "time-skipped": "On the night when the clocks go forward an hour does not exist. Write the time with the offset that "
    "you mean; both are shown.",
    "time-ambiguous": "On the night when the clocks go back an hour comes twice. Write the time with the offset that you "
    "mean; both are shown.",
    "unknown-timezone": "Time zones have names such as Europe/London or America/Chicago (the IANA list). Abbreviations "
    "such as CET or EST mean different hours in different places.",
    "not-an-address": "A link needs the whole address, beginning with https:// (or http:// for an old article). Other "
    "kinds of address are refused, since they could run a program in a reader's browser.",
    "address-not-secure": "Apps take only https addresses in this place (podcast namespace, docs/1.0.md).",
    "not-an-email": "Directories write to this address to check who owns the feed. Write it as desk@radio.example.",
    "not-a-language": "Feeds name their language by a code of two or three letters, and a region where it matters: en-gb, "
    "es, ar (BCP 47).",
    "wrong-form": "The value has a fixed form, which the message shows.",
    "not-a-segment": "A segment on one line is a time, a space and a title: 2:15 The harbour vote.",
    "bad-name": "The names of episodes' files, people and stories become addresses. Letters, digits and hyphens work "
    "everywhere; spaces and dots do not, nor do names of more than 195 bytes, nor CON, AUX and the like, which Windows "
    "keeps for devices.",
    "same-slug": "Two files or records whose names differ only in capitals or accents are one file on many computers, and one "
    "page on some web servers. Rename one.",
    "stray-file": "Only .yaml files belong into episodes/. The file is not used. Recordings and pictures belong in media/.",
    "file-unreadable": "The program may not read the file. Change its permissions.",
    "ledger-damaged": "ledger.json is written by podfeed and keeps what listeners' apps know: which episode is which. "
    "Without it a renamed episode may come to every listener again, so nothing is published. Restore it from version "
    "control (git checkout ledger.json). After a merge with a conflict keep the episodes' lines of both sides; commas "
    "between them do not matter.",
    "ledger-unwritten": "podfeed serve --production writes down what it publishes in ledger.json, as podfeed build does. "
    "The site is served all the same, but without the record nobody can tell later that an episode was lost or would be "
    "downloaded twice. Let the account that serves write in the show's folder.",
    "ledger-newer": "A newer podfeed wrote ledger.json, and this one might lose what it does not understand. Install the "
    "newer one on this machine too.",
    "unknown-person": "A short name such as bob-frost stands for a record of people.yaml. Correct it, add the record, or "
    "write the full name (with the role in brackets).",
    "person-without-role": "Apps show people with what they do. Write the role in brackets: Lee Moss (Producer).",
    "unknown-story": "A short name such as ferry-pilot stands for a record of stories.yaml. Correct it, add the record, "
    "or write the story's address.",
    "story-without-address": "A story is known by its address. Where that is not known, give the headline as title and, "
    "as listed, the page that names the article.",
    "story-contradiction": "The same story is described in two places with different facts. The first one counts (a record "
    "of stories.yaml before an episode, an older episode before a newer one). Make them the same.",
    "unknown-category": "Directories take only Apple's categories, in Apple's spelling: News / Daily News.",
    "unknown-frequency": "Apps read how often a show comes as a rule (podcast:updateFrequency). Write it in one of the "
    "usual ways, or give the rule of RFC 5545 yourself.",
    "frequency-without-start": "A rule that counts (COUNT=10) says how many episodes come, so apps must know from when "
    "(podcast namespace, updateFrequency.md: dtstart is required with COUNT).",
    "license-without-url": "Apps know a handful of licences by name. Any other needs the address of its text (podcast "
    "namespace, license.md), so that listeners can read what they may do.",
    "social-without-url": "A discussion is found by the address of its first post (podcast namespace, socialInteract.md). "
    "protocol: disabled says that there is to be none.",
    "value-for-whom": "Money that listeners stream needs at least one recipient (podcast namespace, value.md). Without one apps "
    "show no button at all. Add recipients, or take value out.",
    "social-disabled": "protocol: disabled tells apps that there is to be no discussion, so it has no address (podcast namespace, "
    "social-interact.md). Take the address out, or say which network it is on.",
    "split-for-whom": "A stretch of time gives its share either to recipients or to those of another show's episode, not "
    "to both and not to nobody (podcast namespace, valueTimeSplit.md).",
    "list-of-nothing": "A list feed (podcastL, musicL, mixed …) and a publisher's feed consist of links to others, which "
    "stand under list: (podcast namespace, medium.md).",
    "list-without-medium": "Apps look for a list only in a feed whose medium says that it is one. Shows that you recommend "
    "are a podroll.",
    "list-with-episodes": "A list feed is meant to hold only links to episodes of other feeds (podcast namespace, medium.md), "
    "and apps ignore its own. Publish the episodes in a show, and the list beside it.",
    "same-live": "The guid of a live broadcast is made from its day, so that it stays the same when the hour or the title "
    "is put right. Two on one day need names of their own: guid: morning-live.",
    "live-ends-early": "Apps show a broadcast as live between its start and its end, so the end comes after the start. "
    "After midnight it is the next day.",
    "stream-without-type": "Apps choose a stream by its media type and do not look into it. Most stations stream "
    "audio/mpeg or audio/aac; a .m3u8 playlist is application/x-mpegURL.",
    "address-not-encoded": "The address of a recording has a space or another character that addresses do not have "
    "(RFC 3986). Most apps mend it by themselves. It is published as written, since apps may know the episode by it; "
    "in new episodes write %20 for a space.",
    "recording-not-secure": "Web pages under https and several apps do not play recordings that come over http. The "
    "address is published as written, since apps may know the episode by it. Ask the host of the recordings for https.",
    "audio-elsewhere": "podfeed does not fetch a recording that lives at another address, so the episode must say how long "
    "it is, how many bytes it has and, if the ending does not tell, of which type it is. Apps need all three.",
    "embed-unsupported": "Chapters are written into MP3, Opus, Vorbis and FLAC recordings. For others players find them in "
    "the feed. Nothing needs to be done.",
}
