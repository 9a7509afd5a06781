// Runs npm's `emulate` as a Slack: node slack.mjs <its folder> <seed as JSON>. Says its address in one line.
import { pathToFileURL } from "node:url";

const [folder, seed] = process.argv.slice(2);
const { createEmulator } = await import(pathToFileURL(`${folder}/dist/api.js`));
const slack = await createEmulator({ service: "slack", port: 0, seed: JSON.parse(seed) });
console.log(slack.url);
process.stdin.on("end", () => process.exit(0)).resume();
