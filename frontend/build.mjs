// Bundles src/ into the folder given as the first argument, with names that carry a hash of what is
// inside, and writes manifest.json (name → hashed name) and the licences of what was bundled.
// usage: node build.mjs OUT
import { build } from "esbuild";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

const here = import.meta.dirname;
const out = resolve(process.argv[2] ?? "static");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["src/app.js", "src/lab.js", "src/recorder.js", "src/worklet.js", "src/style.css", "src/icon.svg"],
  outdir: out,
  entryNames: "[name]-[hash]",
  loader: { ".svg": "copy" },
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none", // they stand whole in licences.txt
  metafile: true,
  logLevel: "warning",
});

const names = {};
for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint) names[basename(entryPoint)] = basename(file);
}
await writeFile(join(out, "manifest.json"), JSON.stringify(names, null, 1) + "\n");
await writeFile(join(out, "licences.txt"), await licences(Object.keys(metafile.inputs)));

async function licences(inputs) {
  const found = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const texts = [];
  for (const name of [...new Set(found.filter(Boolean))].sort()) {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(folder, file), "utf8") : "";
    texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return texts.join("\n" + "-".repeat(72) + "\n\n");
}
