/** Passkeys: the browser makes or uses one, and the form that carries its answer is sent as any other. */
import { say } from "./saying.js";

/** @type {NodeListOf<HTMLFormElement>} */
const forms = document.querySelectorAll("form[data-passkey]");

/**
 * Ask the browser for what the form needs.
 * @param {HTMLFormElement} form
 * @returns {Promise<Credential | null>}
 */
function ask(form) {
  const options = JSON.parse(form.dataset.options ?? "{}");
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

if ("PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential) {
  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const key = /** @type {PublicKeyCredential | null} */ (await ask(form));
        if (!key) throw new Error("no passkey");
        const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("passkey"));
        field.value = JSON.stringify(key.toJSON());
        form.submit(); // past this listener
      } catch {
        say(form.dataset.refused ?? "");
      }
    });
  }
}
