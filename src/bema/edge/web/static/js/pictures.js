/** Pictures: the blurred placeholder while one loads, and the point that stays in view when it is cut. */
import { pixels } from "./blurhash.js";
import { enliven } from "./moving.js";

const SIDE = 24; // pixels of the placeholder: it is blurred anyway

/**
 * Put a blurred placeholder below a picture that has not loaded yet.
 * @param {HTMLImageElement} picture
 */
function placeholder(picture) {
  const hash = picture.dataset.blurhash;
  if (!hash || picture.complete) return;
  const drawn = pixels(hash, SIDE, SIDE);
  if (!drawn) return;
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  canvas.getContext("2d")?.putImageData(new ImageData(drawn, SIDE, SIDE), 0, 0);
  void canvas.convertToBlob().then((blob) => {
    if (picture.complete) return;
    const address = URL.createObjectURL(blob);
    picture.style.background = `center / 100% 100% url(${address})`;
    picture.addEventListener(
      "load",
      () => {
        picture.style.background = "";
        URL.revokeObjectURL(address);
      },
      { once: true },
    );
  });
}

/**
 * Lead to where a file is at home when it could not be had: what stands in for it is a picture of one point.
 * @param {Element} link
 */
function leadHome(link) {
  const figure = link.parentElement;
  const shown = figure?.querySelector("img, video, audio");
  if (!figure || !shown) return;
  const miss = () => figure.classList.add("picture-missing");
  shown.addEventListener("error", miss);
  if (!(shown instanceof HTMLImageElement)) return;
  const judge = () => {
    if (shown.naturalWidth === 1 && shown.naturalHeight === 1) miss();
  };
  if (shown.complete) judge();
  else shown.addEventListener("load", judge, { once: true });
}

/**
 * Do for the pictures in a place what markup cannot.
 * @param {ParentNode} place
 */
export function dress(place) {
  for (const each of place.querySelectorAll("img[data-focus-x]")) {
    const picture = /** @type {HTMLImageElement} */ (each);
    const across = (Number(picture.dataset.focusX) + 1) * 50;
    const down = (1 - Number(picture.dataset.focusY)) * 50;
    picture.style.objectPosition = `${across}% ${down}%`;
  }
  for (const picture of place.querySelectorAll("img[data-blurhash]")) {
    placeholder(/** @type {HTMLImageElement} */ (picture));
  }
  for (const link of place.querySelectorAll(".origin")) leadHome(link);
  enliven(place);
}

dress(document);
