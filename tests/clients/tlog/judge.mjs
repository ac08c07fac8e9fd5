// Programs of others judge our log: `node judge.mjs JUDGES SOURCE FILE`, a JSON object of what is to be judged. They are
// Python and want a newer one than we do: Pyodide is that, as WebAssembly. What they ask of `cryptography`, which is no
// WebAssembly, Node's own does: to check one signature of Ed25519.
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const HEAD = Buffer.from("302a300506032b6570032100", "hex"); // how a public key of Ed25519 begins (RFC 8410)
const [judges, source, asked] = process.argv.slice(2);
const python = await loadPyodide({ stdout: (line) => console.error(line) });
python.mountNodeFS("/judges", judges);
python.mountNodeFS("/source", source);
python.mountNodeFS("/here", import.meta.dirname);
python.registerJsModule("node_ed25519", {
  holds: (key, signature, text) => {
    const der = Buffer.concat([HEAD, key.toJs()]);
    return verify(null, text.toJs(), createPublicKey({ key: der, format: "der", type: "spki" }), signature.toJs());
  },
});
python.runPython("import sys; sys.path += ['/here', '/judges', '/source']");
python.pyimport("standing_in");
console.log(python.pyimport("judging").judge(readFileSync(asked, "utf-8")));
