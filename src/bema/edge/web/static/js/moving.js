/** Silent videos that go round: they play by themselves while they are seen, unless their reader prefers stillness. */

const still = matchMedia("(prefers-reduced-motion: reduce)");

const watcher = new IntersectionObserver(
  (seen) => {
    for (const each of seen) {
      const video = /** @type {HTMLVideoElement} */ (each.target);
      if (each.isIntersecting && !still.matches && video.dataset.stopped === undefined) {
        video.play().catch(() => (video.controls = true)); // the browser asks for a press
      } else {
        video.pause();
      }
    }
  },
  { threshold: 0.5 },
);

/**
 * Let the silent videos in a place play; a press stops one, and another lets it go on.
 * @param {ParentNode} place
 */
export function enliven(place) {
  for (const each of place.querySelectorAll("video[data-moving]")) {
    const video = /** @type {HTMLVideoElement} */ (each);
    if (still.matches) continue; // its controls are there
    video.controls = false;
    video.tabIndex = 0;
    const turn = () => {
      if (video.paused) {
        delete video.dataset.stopped;
        video.play();
      } else {
        video.dataset.stopped = "";
        video.pause();
      }
    };
    video.addEventListener("click", turn);
    video.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      turn();
    });
    watcher.observe(video);
  }
}
