// Signs pages as Tencent's package does: `node sign_pages.cjs FOLDER`, with the options on stdin, where FOLDER has the
// package among its node_modules.
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");

const { getJsApiSignature } = createRequire(`${process.argv[2]}/`)("@wecom/crypto");
const pages = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(pages.map((page) => getJsApiSignature(page))));
