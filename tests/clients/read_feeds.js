// Reads many feeds, a JSON object of name and text on standard input, with podcast-partytime and feedsmith.
import { readFileSync } from "node:fs";
import partytime from "podcast-partytime";
import { parseFeed } from "feedsmith";

const understood = {};
for (const [name, text] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  understood[name] = { partytime: partytime.parseFeed(text), feedsmith: parseFeed(text) };
}
console.log(JSON.stringify(understood));
