/** Relative times that go on by themselves. */

const language = document.documentElement.lang;
const STEPS = /** @type {const} */ ([
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
]);
const A_WEEK = 604_800; // seconds; older times are dates, which stay as they are
const EVERY_MILLISECONDS = 30_000; // twice in the smallest step that is shown

const writers = Object.fromEntries(
  STEPS.map(([unit]) => [unit, new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "narrow" })]),
);

/** Write again how long ago each moment was, as the server did. */
function refresh() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const moment = /** @type {HTMLTimeElement} */ (element);
    const passed = (Date.now() - Date.parse(moment.dateTime)) / 1000;
    const step = STEPS.findLast(([, seconds]) => passed >= seconds);
    if (step && passed < A_WEEK) moment.textContent = writers[step[0]].format(Math.floor(passed / step[1]));
  }
}

setInterval(refresh, EVERY_MILLISECONDS);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
