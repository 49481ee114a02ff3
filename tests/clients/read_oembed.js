// Asks for the oEmbed answer of each page that is named, as a site that embeds links does: by the page's discovery link.
import { extract } from "@extractus/oembed-extractor";

console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map((url) => extract(url, { maxwidth: "600" })))));
