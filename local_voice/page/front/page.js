// Shows each view that Back Talk sends, and sends presses. No words of its own, and
// nothing is stored: size, look, switch and keys stand in the page's address.

import { isSeen, lineOf, paragraphOf, part, same, show } from "./parts.js";
import { findProgram, sign } from "./return.js";
import { renderSummary, tools } from "./summary.js";

const root = document.documentElement;
const token = document.querySelector("meta[name=token]").content;
const program = document.querySelector("meta[name=program]").content;
const secret = document.querySelector("meta[name=secret]").content;
const LOST_AFTER = 12000; // ms; a sign of life comes every 5 s
const RETRY_AFTER = 3000; // ms
const PACES = { slow: 3000, fast: 1500 }; // ms that one button stays marked
const SIZES = 5;

const buttons = [...document.querySelectorAll("#buttons [data-press]")];
const voice = [...document.querySelectorAll("#voice [data-press]")];
const LEADING = ["instruction", "question", "step"]; // parts that stand first, and large
let view = { turn: 0, words: "", buttons: [], said: [], asked: [], summary: null };
let heardAt = Date.now();
let over = false; // the program said goodbye
let timerEnds = null;

// --- What is shown -------------------------------------------------------------

function render(next) {
  const spoken = next.turn !== view.turn || next.words !== view.words;
  view = next;
  root.dataset.tone = view.tone;
  setPhase(view.phase);
  part("you").textContent = view.you;
  part("progress").textContent = view.progress;
  part("trouble").textContent = view.trouble;
  show("trouble", view.trouble);
  part("own").textContent = view.own;
  show("own", view.own);
  show("call", view.tone === "emergency");
  if (spoken) {
    show("late", false);
    show("failed", false);
    // What is urgent interrupts a screen reader, the rest waits for it.
    part(view.tone === "emergency" ? "alarm" : "live").textContent = view.words;
  }
  renderSaid();
  renderSummary(view.summary);
  renderSteps();
  part("numbers").replaceChildren(...lineOf(view.numbers));
  show("number", view.numbers.length);
  timerEnds = view.timer === null ? null : Date.now() + 1000 * view.timer;
  tick();
  offer(view.buttons);
  placeButtons();
  if (spoken) scrollTo({ top: 0 });
}

// The buttons stay in sight where they leave room for what is read: all of them, or
// the answers with what they answer, or none.
function placeButtons() {
  root.dataset.buttons = "stay";
  const top = document.querySelector(".strip").offsetHeight;
  let covered = part("buttons").offsetHeight;
  if (covered > innerHeight / 3) {
    covered = part("asking").offsetHeight;
    const stays = top + covered <= innerHeight / 2;
    root.dataset.buttons = stays ? "answers" : "flow";
    if (!stays) covered = 0;
  }
  root.style.scrollPadding = `${top + 8}px 0 ${covered + 8}px`;
  fitSteps(innerHeight - covered);
}

const observer = new ResizeObserver(placeButtons);
for (const id of ["asking", "others"]) observer.observe(part(id));
addEventListener("resize", placeButtons);

// Steps that are read now grow smaller, within reason, where they would not be in sight.
function fitSteps(most) {
  const leading = ["said", "number", "timer"].map(part).filter(isSeen);
  const bottomOf = (element) => element.getBoundingClientRect().bottom + scrollY;
  // Whoever wants much larger text gets it.
  for (const fit of root.dataset.size > 2 ? [] : [1, 0.9, 0.8, 0.7, 0.6]) {
    root.style.setProperty("--fit", fit);
    if (Math.max(...leading.map(bottomOf)) <= most) return;
  }
  root.style.setProperty("--fit", 1);
}

function setPhase(phase) {
  root.dataset.phase = phase;
  for (const told of document.querySelectorAll("[data-words]")) {
    told.hidden = told.dataset.words !== phase;
  }
}

let saidShown = null;

function renderSaid() {
  if (same([view.said, view.asked], saidShown)) return;
  saidShown = [view.said, view.asked];
  const leads = ({ part: kind }) => LEADING.includes(kind);
  part("said").replaceChildren(...view.said.filter(leads).map(paragraphOf));
  part("more").replaceChildren(...view.said.filter((p) => !leads(p)).map(paragraphOf));
  part("asked").replaceChildren(...lineOf(view.asked));
  show("asked", view.asked.length);
}

let stepsShown = null;

function renderSteps() {
  show("steps", view.steps.length && !view.summary);
  if (same(view.steps, stepsShown)) return;
  stepsShown = view.steps;
  part("list").replaceChildren(...view.steps.map(stepOf));
}

function stepOf({ line, now }) {
  const item = document.createElement("li");
  if (now) {
    item.setAttribute("aria-current", "step");
    item.append(part("now").content.cloneNode(true));
  }
  item.append(...lineOf(line));
  return item;
}

function tick() {
  const left = Math.max(0, Math.round((timerEnds - Date.now()) / 1000));
  const seconds = String(left % 60).padStart(2, "0");
  show("timer", timerEnds !== null);
  part("time").textContent = `${Math.floor(left / 60)}:${seconds}`;
}

// --- Buttons -------------------------------------------------------------------

const isLost = () => root.dataset.lost === "yes";

// Where all buttons stay in sight, marking one moves nothing.
function mark(button) {
  button.focus({ preventScroll: root.dataset.buttons === "stay" });
}

function offer(names) {
  const had = document.activeElement?.dataset?.press;
  for (const button of buttons) {
    button.hidden = !names.includes(button.dataset.press);
  }
  for (const group of [part("answers"), part("others")]) {
    group.hidden = ![...group.children].some(isSeen);
  }
  show("voice", voice.some((button) => names.includes(button.dataset.press)));
  // Who answers by keyboard stays among the buttons when theirs goes away.
  if (had && !names.includes(had)) mark(buttons.find(isSeen) ?? part("buttons"));
}

function send(where, what) {
  const body = JSON.stringify(what);
  const headers = { "Content-Type": "application/json", "X-Token": token };
  return fetch(where, { method: "POST", headers, body });
}

async function press(name) {
  if (isLost() || over) return;
  try {
    const answer = await send("press", { name, turn: view.turn });
    show("late", answer.status === 409);
    show("failed", !answer.ok && answer.status !== 409 && answer.status !== 429);
  } catch {
    show("failed", true);
  }
}

for (const button of [...buttons, ...voice]) {
  button.addEventListener("click", () => press(button.dataset.press));
}

// --- Keys: the same as in the terminal ------------------------------------------

addEventListener("keydown", (event) => {
  const { key, target, ctrlKey, metaKey, altKey, repeat } = event;
  if (root.dataset.keys === "off" || ctrlKey || metaKey || altKey || repeat) return;
  if (target.matches("input:not([type=radio]), textarea, select")) return;
  const keyed = [...buttons, ...voice].find(
    (button) =>
      view.buttons.includes(button.dataset.press) &&
      button.dataset.keys?.split(" ").includes(key.toLowerCase()),
  );
  if (!keyed) return;
  event.preventDefault();
  press(keyed.dataset.press);
});

// --- Guests: the person at the computer can send one away ----------------------

let guestsShown = [];

function renderGuests(guests) {
  if (same(guests, guestsShown)) return;
  guestsShown = guests;
  show("guests", guests.length);
  part("guest-list").replaceChildren(...guests.map(guestOf));
}

function guestOf(guest) {
  const item = part("guest").content.firstElementChild.cloneNode(true);
  item.append(guest);
  item.addEventListener("click", () => send("send-away", { guest }).catch(() => {}));
  return item;
}

// --- One switch: buttons are marked in turn, Space or Enter presses the marked one

let scanning = null;

function scan(pace) {
  clearInterval(scanning);
  scanning = pace in PACES ? setInterval(markNext, PACES[pace]) : null;
}

function markNext() {
  const seen = [...buttons, ...(view.summary ? tools : [])].filter(isSeen);
  if (!seen.length || part("display").open) return;
  mark(seen[(seen.indexOf(document.activeElement) + 1) % seen.length]);
}

// --- Size, look, switch and keys -----------------------------------------------------

function choose(change) {
  const chosen = new URLSearchParams(location.hash.slice(1));
  for (const [name, value] of Object.entries(change)) {
    if (value === null) chosen.delete(name);
    else chosen.set(name, value);
  }
  history.replaceState(null, "", `#${chosen}`);
  dress();
}

function usualLook() {
  if (matchMedia("(prefers-contrast: more)").matches) return "contrast";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

const sizeOf = (value) => Math.min(SIZES, Math.max(1, Number(value) || 1));

function dress() {
  const chosen = new URLSearchParams(location.hash.slice(1));
  const look = chosen.get("look") ?? usualLook();
  const pace = chosen.get("switch") ?? "off";
  root.dataset.size = sizeOf(chosen.get("size"));
  placeButtons();
  root.dataset.look = look;
  const keys = chosen.get("keys") ?? "on";
  root.dataset.keys = keys;
  for (const radio of document.querySelectorAll("#settings [type=radio]")) {
    radio.checked = radio.value === { look, switch: pace, keys }[radio.name];
  }
  scan(pace);
}

part("settings").addEventListener("change", ({ target }) => {
  choose({ [target.name]: target.value });
});
for (const button of document.querySelectorAll("[data-resize]")) {
  button.addEventListener("click", () => {
    const size = Number(root.dataset.size) + Number(button.dataset.resize);
    choose({ size: sizeOf(size) });
  });
}
// The key of the address has been of use, and is to be seen by nobody.
function arrive() {
  if (new URLSearchParams(location.hash.slice(1)).has("key")) choose({ key: null });
  else dress();
}
addEventListener("hashchange", arrive);
// Paper is white, whatever the look.
addEventListener("beforeprint", () => {
  root.dataset.look = "light";
});
addEventListener("afterprint", dress);
arrive();

// --- The connection ------------------------------------------------------------

function setLost(lost) {
  if (lost === isLost()) return;
  root.dataset.lost = lost ? "yes" : "no";
  show("lost", lost);
  part("alarm").textContent = lost ? part("lost").textContent : "";
  for (const button of [...buttons, ...voice]) {
    button.setAttribute("aria-disabled", lost);
  }
}

function heard() {
  heardAt = Date.now();
  setLost(false);
}

let views = null;

function connect() {
  views?.close();
  views = new EventSource("views");
  views.onmessage = ({ data }) => {
    const next = JSON.parse(data);
    // Back Talk was started again while this page was open: its buttons are of old.
    if (next.program !== program) return location.reload();
    heard();
    renderGuests(next.guests);
    render(next);
  };
  views.addEventListener("beat", heard);
  views.addEventListener("bye", () => {
    over = true;
    views.close();
    offer([]);
    setPhase("closed");
  });
  // This page was sent away, or has been open for too long.
  views.addEventListener("out", () => location.reload());
  views.onerror = () => {
    if (over) return;
    setLost(true);
    retryLater();
  };
}

function retryLater() {
  views.close();
  setTimeout(() => retry().catch(retryLater), RETRY_AFTER);
}

// After a crash whatever listens at our port may be anybody's: it proves first that it
// knows the secret of our page. Until then it is sent nothing, and nothing of it shown.
async function retry() {
  if (secret && crypto.subtle) {
    const now = await findProgram(secret);
    if (now !== program) {
      const body = new URLSearchParams({ proof: await sign(secret, `page ${now}`) });
      await fetch("return", { method: "POST", body });
      return location.reload();
    }
  } else if ((await fetch("")).status === 401) {
    return location.reload(); // a guest, who needs a new code
  }
  connect();
}

connect();
setInterval(() => {
  if (!over && Date.now() - heardAt > LOST_AFTER) setLost(true);
  if (timerEnds !== null) tick();
}, 500);
