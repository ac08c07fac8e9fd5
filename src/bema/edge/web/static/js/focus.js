/** The point of a picture that stays in view where it is cut: pressed on the picture itself, shown by how its preview is cut. */

/** @type {WeakSet<Element>} */
const attended = new WeakSet();

/**
 * Let the previews in a place choose the point.
 * @param {ParentNode} place
 */
export function attendFocus(place) {
  for (const fold of place.querySelectorAll("[data-focus]")) {
    if (!attended.has(fold)) attend(fold);
  }
}

/** @param {Element} fold */
function attend(fold) {
  attended.add(fold);
  const slot = /** @type {HTMLElement} */ (fold.closest(".slot"));
  const [across, up] = /** @type {NodeListOf<HTMLInputElement>} */ (fold.querySelectorAll("[type=range]"));
  fold.querySelector("[data-focus-hint]")?.removeAttribute("hidden");

  function show() {
    const picture = slot.querySelector("img.slot-preview");
    if (picture instanceof HTMLImageElement) {
      picture.style.objectPosition = `${(Number(across.value) + 1) * 50}% ${(1 - Number(up.value)) * 50}%`;
    }
  }

  slot.addEventListener("click", (event) => {
    const picture = event.target;
    if (!(picture instanceof HTMLImageElement) || !picture.matches(".slot-preview")) return;
    const [x, y] = pressed(picture, event, Number(across.value), Number(up.value));
    across.value = String(x);
    up.value = String(y);
    show();
    across.dispatchEvent(new Event("input", { bubbles: true }));
  });
  fold.addEventListener("input", show);
  slot.addEventListener("change", show);
  show();
}

/**
 * Where on the whole picture somebody pressed, from -1 to 1, while a part of it is shown.
 * @param {HTMLImageElement} picture
 * @param {MouseEvent} event
 * @param {number} x of the point that is in view now
 * @param {number} y
 * @returns {[number, number]}
 */
function pressed(picture, event, x, y) {
  const { width, height } = picture.getBoundingClientRect();
  const scale = Math.max(width / picture.naturalWidth, height / picture.naturalHeight);
  const whole = { width: picture.naturalWidth * scale, height: picture.naturalHeight * scale };
  const left = ((whole.width - width) * (x + 1)) / 2;
  const top = ((whole.height - height) * (1 - y)) / 2;
  const round = (/** @type {number} */ value) => Math.round(Math.max(-1, Math.min(1, value)) * 100) / 100;
  return [round((2 * (left + event.offsetX)) / whole.width - 1), round(1 - (2 * (top + event.offsetY)) / whole.height)];
}
