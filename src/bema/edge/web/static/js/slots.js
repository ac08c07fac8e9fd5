/** Pictures, videos and sounds of a post before it is sent: picked, pasted or dropped into the form's own file fields, each with its words. */

/**
 * Give a composer, or a post of a thread in it, its slots for pictures.
 * @param {HTMLElement} form
 * @returns {{empty: () => void, adopt: (kept: Element | null) => void, withoutWords: () => HTMLTextAreaElement | null}}
 */
export function slotsOf(form) {
  const fold = /** @type {HTMLDetailsElement} */ (form.querySelector("[data-pictures]"));
  const pick = /** @type {HTMLButtonElement} */ (
    form.querySelector(".composer-tools [data-pick]") ?? form.querySelector("[data-pick]")
  );
  const first = /** @type {HTMLElement} */ (fold.querySelector(".slots"));
  const firstSlots = /** @type {HTMLElement[]} */ ([...first.querySelectorAll("[data-slot]")]);
  let place = first;
  let slots = firstSlots;

  /** @param {HTMLElement} slot */
  const files = (slot) => /** @type {HTMLInputElement} */ (slot.querySelector("[type=file]"));
  /** @param {HTMLElement} slot */
  const description = (slot) => /** @type {HTMLTextAreaElement} */ (slot.querySelector("textarea"));

  /** @param {HTMLElement} slot */
  function clear(slot) {
    const preview = slot.querySelector(".slot-preview");
    if (preview instanceof HTMLImageElement) URL.revokeObjectURL(preview.src);
    preview?.remove();
    files(slot).value = "";
    description(slot).value = "";
    slot.classList.remove("slot-filled");
    slot.querySelector("[data-remove]")?.setAttribute("hidden", "");
    refresh();
  }

  /**
   * Show what a file field holds.
   * @param {HTMLElement} slot
   */
  function show(slot) {
    const file = files(slot).files?.[0];
    slot.querySelector(".slot-preview")?.remove();
    if (!file) {
      clear(slot);
      return;
    }
    slot.prepend(file.type.startsWith("image/") ? pictureOf(file) : nameOf(file));
    slot.classList.add("slot-filled");
    slot.querySelector("[data-remove]")?.removeAttribute("hidden");
    refresh();
  }

  /** @param {File} file */
  function pictureOf(file) {
    const preview = document.createElement("img");
    preview.className = "slot-preview";
    preview.alt = "";
    preview.width = 96;
    preview.height = 96;
    preview.src = URL.createObjectURL(file);
    return preview;
  }

  /** @param {File} file */
  function nameOf(file) {
    const preview = document.createElement("span");
    preview.className = "slot-preview slot-name";
    preview.dir = "auto";
    preview.textContent = file.name;
    return preview;
  }

  function refresh() {
    const filled = fold.querySelectorAll(".slot-filled").length;
    fold.open = filled > 0;
    pick.disabled = slots.every((slot) => files(slot).files?.length);
  }

  /**
   * Put files into free slots, as many as there are.
   * @param {Iterable<File>} given
   * @returns {boolean} whether any can be attached
   */
  function take(given) {
    const pictures = [...given].filter((file) => /^(image|video|audio)\//.test(file.type));
    for (const file of pictures) {
      const slot = slots.find((each) => !files(each).files?.length);
      if (!slot) break;
      const carrier = new DataTransfer();
      carrier.items.add(file);
      files(slot).files = carrier.files;
      show(slot);
      description(slot).focus();
    }
    return pictures.length > 0;
  }

  pick.hidden = false;
  pick.addEventListener("click", () => {
    const chooser = document.createElement("input");
    chooser.type = "file";
    chooser.multiple = true;
    chooser.accept = slots[0] ? files(slots[0]).accept : "image/*";
    chooser.addEventListener("change", () => take(chooser.files ?? []));
    chooser.click();
  });
  /** @param {HTMLElement} slot */
  function attend(slot) {
    files(slot).addEventListener("change", () => show(slot));
    slot.querySelector("[data-remove]")?.addEventListener("click", () => {
      clear(slot);
      pick.focus();
    });
  }

  /**
   * Take other slots in the place of these: the first ones, or those of a page that came back.
   * @param {HTMLElement} other
   * @param {HTMLElement[]} others
   */
  function turn(other, others) {
    slots.forEach(clear);
    place.replaceWith(other);
    place = other;
    slots = others;
    refresh();
  }

  slots.forEach(attend);
  form.addEventListener("paste", (event) => {
    if (event.defaultPrevented) return; // a post of the thread took it
    if (take(event.clipboardData?.files ?? [])) event.preventDefault();
  });
  form.addEventListener("dragover", (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("dropping");
    if (!event.defaultPrevented && take(event.dataTransfer?.files ?? [])) event.preventDefault();
  });
  refresh();

  return {
    empty: () => turn(first, firstSlots),
    adopt: (kept) => {
      if (!kept?.querySelector(".slot-filled")) return; // the server has none of the files: they are here still
      const here = /** @type {HTMLElement} */ (document.importNode(kept, true));
      const others = /** @type {HTMLElement[]} */ ([...here.querySelectorAll("[data-slot]")]);
      others.forEach(attend);
      turn(here, others);
    },
    withoutWords: () => {
      const silent = slots.find((slot) => files(slot).files?.length && !description(slot).value.trim());
      return silent ? description(silent) : null;
    },
  };
}
