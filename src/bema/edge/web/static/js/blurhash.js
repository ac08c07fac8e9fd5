/** BlurHash (blurha.sh): the few waves that a picture's placeholder is made of, back into pixels. */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

/** @param {string} text */
const number = (text) => [...text].reduce((sum, digit) => sum * 83 + DIGITS.indexOf(digit), 0);

/** @param {number} value an sRGB byte */
const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);

/** @param {number} value linear light */
function srgb(value) {
  const light = Math.max(0, Math.min(1, value));
  return Math.round((light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055) * 255);
}

/** @param {number} value */
const signedSquare = (value) => Math.sign(value) * value * value;

/**
 * Decode a hash; null for what is none.
 * @param {string} hash
 * @param {number} width
 * @param {number} height
 * @returns {Uint8ClampedArray<ArrayBuffer> | null}
 */
export function pixels(hash, width, height) {
  const size = number(hash[0] ?? "");
  const across = (size % 9) + 1;
  const down = Math.floor(size / 9) + 1;
  if (hash.length !== 4 + 2 * across * down || [...hash].some((digit) => !DIGITS.includes(digit))) return null;
  const loudest = (number(hash[1]) + 1) / 166;
  const mean = number(hash.slice(2, 6));
  const waves = [[linear(mean >> 16), linear((mean >> 8) & 255), linear(mean & 255)]];
  for (let at = 6; at < hash.length; at += 2) {
    const value = number(hash.slice(at, at + 2));
    waves.push([Math.floor(value / 361), Math.floor(value / 19) % 19, value % 19].map((part) => signedSquare((part - 9) / 9) * loudest));
  }
  const drawn = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const sum = [0, 0, 0];
      for (let wave = 0; wave < waves.length; wave += 1) {
        const basis =
          Math.cos((Math.PI * x * (wave % across)) / width) * Math.cos((Math.PI * y * Math.floor(wave / across)) / height);
        for (let colour = 0; colour < 3; colour += 1) sum[colour] += waves[wave][colour] * basis;
      }
      drawn.set([...sum.map(srgb), 255], (y * width + x) * 4);
    }
  }
  return drawn;
}
