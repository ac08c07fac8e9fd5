// Signing in as an app does: register it, send a browser to the consent page, and redeem the code that it comes back with.
import assert from "node:assert/strict";
import { createOAuthAPIClient, createRestAPIClient } from "masto";

const OOB = "urn:ietf:wg:oauth:2.0:oob";
const SCOPES = "read write follow push";

/** A browser without a window: it keeps cookies, follows where it is sent, and fills in forms. */
class Browser {
  #cookies = new Map();

  /** @param {string} url where the square is */
  constructor(url) {
    this.url = url;
  }

  /** @param {string} path @param {Record<string, string>} [form] */
  async open(path, form) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const body = form && new URLSearchParams(form);
    const headers = { cookie, origin: this.url };
    const answer = await fetch(this.url + path, { method: form ? "POST" : "GET", body, headers, redirect: "manual" });
    for (const each of answer.headers.getSetCookie()) {
      const [, name, value] = each.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    const text = await answer.text();
    assert.ok(answer.status < 400, `${path}: ${answer.status}`);
    return answer.status >= 300 ? this.open(answer.headers.get("location").replace(this.url, "")) : text;
  }

  /** Send the form of a page. @param {string} page @param {string} action @param {Record<string, string>} filled */
  send(page, action, filled) {
    const form = page.match(new RegExp(`<form[^>]*action="${action}".*?</form>`, "s"))[0];
    const hidden = [...form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const plain = (text) => text.replaceAll("&#34;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
    return this.open(action, { ...Object.fromEntries(hidden.map(([, name, value]) => [name, plain(value)])), ...filled });
  }
}

/** Let an app in, and return a client with the token it got. @param {string} url @param {string} name @param {string} password */
export async function signIn(url, name, password) {
  const oauth = createOAuthAPIClient({ url });
  const app = await createRestAPIClient({ url }).v1.apps.create({
    clientName: "Round",
    redirectUris: OOB,
    scopes: SCOPES,
    website: "https://round.example/",
  });
  const proof = { clientId: app.clientId, clientSecret: app.clientSecret, redirectUri: OOB };
  const its = await oauth.token.create({ grantType: "client_credentials", ...proof });
  const known = await createRestAPIClient({ url, accessToken: its.accessToken }).v1.apps.verifyCredentials();
  assert.equal(known.name, "Round");

  const browser = new Browser(url);
  const asked = new URLSearchParams({ client_id: app.clientId, redirect_uri: OOB, response_type: "code", scope: SCOPES });
  const signingIn = await browser.open(`/oauth/authorize?${asked}`);
  const consent = await browser.send(signingIn, "/auth/sign_in", { email: name, password });
  const shown = await browser.send(consent, "/oauth/authorize", { answer: "allow" });
  const [, code] = shown.match(/id="code">([^<]+)</);
  const token = await oauth.token.create({ grantType: "authorization_code", code, ...proof });
  assert.equal(token.tokenType, "Bearer");
  assert.equal(token.scope, SCOPES);
  return { rest: createRestAPIClient({ url, accessToken: token.accessToken }), token: token.accessToken, app };
}
