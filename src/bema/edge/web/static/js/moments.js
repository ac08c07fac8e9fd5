/** Moments in the reader's own time: fields to choose one, and moments written out, which the server writes in UTC. */

const writer = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });

/**
 * Write a date as a field for local times holds it.
 * @param {Date} date
 */
function local(date) {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

for (const field of document.querySelectorAll("[data-moment]")) {
  const input = /** @type {HTMLInputElement} */ (field.querySelector("[type=datetime-local]"));
  const offset = /** @type {HTMLInputElement} */ (field.querySelector("[type=hidden]"));
  const tell = () => {
    if (input.value) offset.value = String(new Date(input.value).getTimezoneOffset()); // of that day, not of today
  };
  if (input.value) input.value = input.defaultValue = local(new Date(`${input.value}Z`));
  tell();
  input.addEventListener("input", tell);
}

for (const moment of document.querySelectorAll("[data-own-time] time")) {
  moment.textContent = writer.format(new Date(/** @type {HTMLTimeElement} */ (moment).dateTime));
}
for (const note of document.querySelectorAll("[data-universal]")) note.remove();
