/** What every page loads: it makes reading better, and no page needs it. */
import "./copying.js";
import "./home_server.js";
import "./keyboard.js";
import "./lightbox.js";
import "./menus.js";
import "./offline.js";
import "./paging.js";
import "./passkeys.js";
import "./pictures.js";
import "./places.js";
import "./reading_as.js";
import "./times.js";
