// Reads one feed from standard input with the Podcast Index's own parser and with feedsmith; prints what they understood.
import { readFileSync } from "node:fs";
import partytime from "podcast-partytime";
import { parseFeed } from "feedsmith";

const text = readFileSync(0, "utf8");
const { parseFeed: parsePodcast } = partytime;
console.log(JSON.stringify({ partytime: parsePodcast(text), feedsmith: parseFeed(text) }));
