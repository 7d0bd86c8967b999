// Parses an AsyncAPI document and prints what the parser has to say of it, one JSON object a line.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const [file] = process.argv.slice(2);
const { document, diagnostics } = await new Parser().parse(readFileSync(file, "utf8"));
for (const { severity, code, path, message } of diagnostics) {
  console.log(JSON.stringify({ severity, code, path: path.join("/"), message }));
}
const messages = document ? document.allMessages().all().length : 0;
console.log(JSON.stringify({ parsed: Boolean(document), messages }));
