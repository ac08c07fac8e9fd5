/** Whoever is signed in has the public log checked once an hour, on whichever page they are; an alarm stands on all of them. */
import { examine, isAlarmed } from "./watching.js";

const TRIED = "bema-log-tried"; // when it was last begun, whatever came of it
const HOUR_MILLISECONDS = 3_600_000;

async function keepWatch() {
  const last = Number(localStorage.getItem(TRIED) ?? 0);
  if (!isAlarmed() && Date.now() - last < HOUR_MILLISECONDS) return;
  localStorage.setItem(TRIED, String(Date.now()));
  const result = await examine();
  if (result.found !== "alarm") return;
  const banner = document.createElement("p");
  banner.className = "notice notice-alert";
  banner.role = "alert";
  const link = document.createElement("a");
  link.href = "/trust";
  link.textContent = document.getElementById("announce")?.dataset.alarm ?? "";
  banner.append(link);
  document.getElementById("main")?.prepend(banner);
}

if (!document.querySelector("[data-log-check]")) {
  addEventListener("load", () => keepWatch().catch(() => {})); // no network, or nothing may be kept: the next page tries
}
