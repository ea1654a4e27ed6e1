// Reads AsyncAPI documents named on the command line and prints what the parser says of each, as JSON.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.ASYNCAPI_PARSER, "package.json"));
const { Parser } = require("@asyncapi/parser");

const parser = new Parser();
const said = [];
for (const source of process.argv.slice(2)) {
  const { document, diagnostics } = await parser.parse(await readFile(source, "utf8"), { source });
  said.push({
    source,
    isDocument: document !== undefined,
    channels: document ? document.channels().length : 0,
    operations: document ? document.operations().length : 0,
    diagnostics: diagnostics.map((d) => ({
      code: d.code, severity: d.severity, message: d.message, path: d.path.join("/"),
    })),
  });
}
console.log(JSON.stringify(said));
