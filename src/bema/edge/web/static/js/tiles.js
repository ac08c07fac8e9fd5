/** The arithmetic of the public log: signed notes, Ed25519 keys and the hash tree (C2SP signed-note, tlog-tiles; RFC 6962). */

const TILE = 256;
const encoder = new TextEncoder();

/** What the log shows cannot be true. `why` is a key of the words on the page. */
export class Broken extends Error {
  /** @param {string} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/** @param {string} text */
export function fromBase64(text) {
  const binary = atob(text);
  if (btoa(binary) !== text) throw new Broken("signature"); // another way to write the same bytes
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayLike<number>} bytes */
export function toBase64(bytes) {
  return btoa(String.fromCharCode(...Array.from(bytes)));
}

/** @param {...Uint8Array} parts */
async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
}

/**
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 */
function same(left, right) {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/**
 * Tell whether a key signed a text.
 * @param {string} vkey name+id+base64
 * @param {string} text
 * @param {Uint8Array} signature
 */
export async function signed(vkey, text, signature) {
  const key = fromBase64(vkey.split("+").slice(2).join("+"));
  if (key[0] !== 1 || key.length !== 33) throw new Broken("key");
  const imported = await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, encoder.encode(text));
}

/**
 * Read a signed state that one of the keys signed.
 * @param {string} note
 * @param {string[]} vkeys
 */
export async function checkpointIn(note, vkeys) {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [origin, size, root] = text.split("\n");
  for (const line of note.slice(end + 2).split("\n")) {
    const [dash, name, value] = line.split(" ");
    if (dash !== "—" || name !== origin || !value) continue;
    const bytes = fromBase64(value);
    const id = [...bytes.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    for (const vkey of vkeys) {
      if (!vkey.startsWith(`${origin}+${id}+`)) continue;
      if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !(await signed(vkey, text, bytes.slice(4)))) continue;
      return { origin, size: Number(size), root: fromBase64(root), vkey };
    }
  }
  throw new Broken("signature");
}

/**
 * @param {Uint8Array[]} hashes as many as a power of two
 * @returns {Promise<Uint8Array>}
 */
async function top(hashes) {
  while (hashes.length > 1) {
    const pairs = hashes.filter((_, at) => at % 2 === 0).map((left, at) => [left, hashes[2 * at + 1]]);
    hashes = await Promise.all(pairs.map(([left, right]) => sha256(Uint8Array.of(1), left, right)));
  }
  return hashes[0];
}

/** The hashes of a tree of some entries, as files. */
export class Tiles {
  /**
   * @param {string} log its address
   * @param {number} size
   */
  constructor(log, size) {
    this.log = log;
    this.size = size;
    /** @type {Map<string, Promise<Uint8Array[]>>} */
    this.known = new Map();
  }

  /**
   * @param {number} level
   * @param {number} number
   */
  tile(level, number) {
    const name = `${level}/${number}`;
    let found = this.known.get(name);
    if (!found) {
      const width = Math.min(TILE, Math.floor(this.size / TILE ** level) - number * TILE);
      const groups = String(number).padStart(Math.ceil(String(number).length / 3) * 3, "0").match(/.../g) ?? [];
      const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
      found = load(`${this.log}/tile/${level}/${path}${width < TILE ? `.p/${width}` : ""}`, width);
      this.known.set(name, found);
    }
    return found;
  }

  /**
   * Work out the root over the first entries.
   * @param {number} size
   * @param {(level: number, number: number) => Promise<Uint8Array[]>} tile
   */
  async root(size, tile = (level, number) => this.tile(level, number)) {
    /** @type {Uint8Array[]} */
    const peaks = []; // the roots of whole trees, from the largest to the smallest
    for (let level = 7; level >= 0; level--) {
      const width = Math.floor(size / TILE ** level) % TILE;
      if (!width) continue;
      const hashes = await tile(level, Math.floor(size / TILE ** (level + 1)));
      for (let part = TILE / 2, at = 0; part >= 1; part /= 2) {
        if (width - at < part) continue;
        peaks.push(await top(hashes.slice(at, at + part)));
        at += part;
      }
    }
    let root = peaks.pop() ?? (await sha256());
    while (peaks.length) root = await sha256(Uint8Array.of(1), /** @type {Uint8Array} */ (peaks.pop()), root);
    return root;
  }

  /**
   * Return a tile that the root over all entries vouches for: a part of it, or full and named by the tile above.
   * @param {number} level
   * @param {number} number
   * @returns {Promise<Uint8Array[]>}
   */
  async vouched(level, number) {
    const hashes = await this.tile(level, number);
    if (hashes.length === TILE) {
      const above = await this.vouched(level + 1, Math.floor(number / TILE));
      if (!same(await top(hashes), above[number % TILE])) throw new Broken("tiles");
    }
    return hashes;
  }

  /**
   * Refuse a log that does not begin with what it was before.
   * @param {Uint8Array} root of all
   * @param {number} oldSize
   * @param {Uint8Array} oldRoot
   */
  async goesOnFrom(root, oldSize, oldRoot) {
    if (this.size < oldSize) throw new Broken("shorter");
    if (!same(await this.root(this.size), root)) throw new Broken("tiles");
    const before = await this.root(oldSize, (level, number) => this.vouched(level, number));
    if (!same(before, oldRoot)) throw new Broken("changed");
  }
}

/**
 * @param {string} address
 * @param {number} width
 */
async function load(address, width) {
  const answer = await fetch(address);
  if (answer.status === 404) throw new Broken("missing");
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length !== 32 * width) throw new Broken("tiles");
  return Array.from({ length: width }, (_, at) => bytes.slice(32 * at, 32 * at + 32));
}
