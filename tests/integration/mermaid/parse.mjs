// Reads Mermaid diagrams, a JSON list of texts on the standard input, and prints their boxes, as JSON.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env.MERMAID, "package.json"));
const { JSDOM } = require("jsdom");
const dom = new JSDOM("<!DOCTYPE html><body></body>");
globalThis.window = dom.window;
globalThis.document = dom.window.document;
const root = join(process.env.MERMAID, "node_modules", "mermaid");
const { module } = require(join(root, "package.json"));
const { default: mermaid } = await import(pathToFileURL(join(root, module)));
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

let text = "";
for await (const chunk of process.stdin) text += chunk;
const said = [];
for (const diagram of JSON.parse(text)) {
  try {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(diagram);
    const boxes = [...db.getVertices().values()];
    // Mermaid keeps the code points of labels in a writing of its own until it draws.
    const label = (written) => written.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(code));
    said.push({ boxes: boxes.map((box) => [box.id, label(box.text), box.labelType, box.link ?? null]) });
  } catch (error) {
    said.push({ fault: String(error) });
  }
}
console.log(JSON.stringify(said));
