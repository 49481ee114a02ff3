// Reads a list of feeds (JSON, from standard input) with nine readers; prints for each feed, by the reader's name, what it
// understood of every item: guid, title, seconds since 1970, the enclosure's address, length and type, the duration in
// seconds and the chapters. Null where a reader does not tell.
import { readFileSync } from "node:fs";
import partytime from "podcast-partytime";
import podparse from "podparse";
import podcastFeedParser from "podcast-feed-parser";
import RssParser from "rss-parser";
import FeedParser from "feedparser";
import FeedMe from "feedme";
import { parseFeed as feedsmith } from "feedsmith";
import { parseFeed as rowanmanning } from "@rowanmanning/feed-parser";
import { extractFromXml } from "@extractus/feed-extractor";

const moment = (date) => (date == null ? null : Math.round(new Date(date).getTime() / 1000));
const seconds = (text) => (text == null ? null : String(text).split(":").reduce((sum, part) => sum * 60 + Number(part), 0));
const row = (guid, title, date, file, duration = null, chapters = null) => [
  guid,
  title,
  moment(date),
  file?.url ?? null,
  file?.length == null ? null : Number(file.length),
  file?.type ?? null,
  seconds(duration),
  chapters,
];

async function streamed(text) {
  const parser = new FeedParser({});
  const found = [];
  parser.on("readable", () => {
    for (let item = parser.read(); item; item = parser.read()) found.push(item);
  });
  await new Promise((done, failed) => parser.on("end", done).on("error", failed).end(text));
  return found;
}

async function fed(text) {
  const parser = new FeedMe(true);
  await new Promise((done, failed) => parser.on("finish", done).on("error", failed).end(text));
  return parser.done().items;
}

const READERS = {
  "podcast-partytime": (text) =>
    partytime.parseFeed(text).items.map((i) => row(i.guid, i.title, i.pubDate, i.enclosure, i.duration)),
  feedsmith: (text) =>
    feedsmith(text).feed.items.map((i) =>
      row(
        i.guid.value,
        i.title,
        i.pubDate,
        i.enclosures[0],
        i.itunes.duration,
        (i.psc?.chapters ?? []).map((chapter) => [seconds(chapter.start), chapter.title]),
      ),
    ),
  "rss-parser": async (text) =>
    (await new RssParser().parseString(text)).items.map((i) => row(i.guid, i.title, i.isoDate, i.enclosure, i.itunes.duration)),
  "podcast-feed-parser": (text) =>
    podcastFeedParser
      .getPodcastFromFeed(text, { fields: { meta: ["title"], episodes: ["guid", "title", "pubDate", "enclosure", "duration"] } })
      .episodes.map((i) => row(i.guid, i.title, i.pubDate, i.enclosure, i.duration)),
  podparse: (text) =>
    podparse(text).episodes.map((i) => row(i.guid, i.title, i.pubDate, i.enclosure, i.duration)),
  "@rowanmanning/feed-parser": (text) =>
    rowanmanning(text).items.map((i) => row(i.id, i.title, i.published, { ...i.media[0], type: i.media[0]?.mimeType })),
  "feedparser for Node": async (text) =>
    (await streamed(text)).map((i) => row(i.guid, i.title, i.pubdate, i.enclosures[0], i["itunes:duration"]?.["#"])),
  "@extractus/feed-extractor": (text) =>
    extractFromXml(text, {
      getExtraEntryFields: (entry) => ({ enclosure: entry.enclosure, duration: entry["itunes:duration"] }),
    }).entries.map((i) =>
      row(
        i.id,
        i.title,
        i.published,
        { url: i.enclosure["@_url"], length: i.enclosure["@_length"], type: i.enclosure["@_type"] },
        i.duration,
      ),
    ),
  feedme: async (text) =>
    (await fed(text)).map((i) => row(i.guid?.text ?? i.guid, i.title, i.pubdate, i.enclosure, i["itunes:duration"])),
};

const answers = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  const answer = {};
  for (const [name, read] of Object.entries(READERS)) {
    try {
      answer[name] = await read(text);
    } catch (error) {
      answer[name] = String(error);
    }
  }
  answers.push(answer);
}
console.log(JSON.stringify(answers));
