/** What pages load for those who are signed in: buttons that answer at once, and the composer. */
import "./actions.js";
import "./completing.js";
import "./composer.js";
import "./folds.js";
import "./keeping_watch.js";
import "./live.js";
import "./moments.js";
