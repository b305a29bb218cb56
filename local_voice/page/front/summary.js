// What the interview came to: it stays until the next one, to be printed or copied.

import { isSeen, lineOf, paragraphOf, part, same, show } from "./parts.js";

export const tools = [...document.querySelectorAll("[data-tool]")];
let summaryShown = null;

export function renderSummary(summary) {
  if (same(summary, summaryShown)) return;
  summaryShown = summary;
  const { instruction = [], sections = [] } = summary ?? {};
  part("instruction").replaceChildren(...lineOf(instruction));
  show("instruction", instruction.length);
  show("summary", summary);
  for (const section of document.querySelectorAll("[data-section]")) {
    const { lines = [] } = sections.find((s) => s.name === section.dataset.section) ?? {};
    section.hidden = !lines.length;
    section.lastElementChild.replaceChildren(...lines.map((line) => paragraphOf({ line })));
  }
  show("copied", false);
  show("not-copied", false);
}

function textOfSummary() {
  const shown = ["instruction", "number", "summary"].map(part).filter(isSeen);
  const lines = shown.flatMap((e) => [...e.querySelectorAll("h2, p")].concat(
    e.matches("p") ? [e] : [],
  ));
  return lines
    .filter((e) => e.closest("[hidden], #tools") === null)
    .map((e) => e.textContent.trim())
    .join("\n");
}

async function copySummary() {
  const text = textOfSummary();
  try {
    await navigator.clipboard.writeText(text);
    show("copied", true);
  } catch {
    // A page of another computer may not reach the clipboard.
    getSelection().setBaseAndExtent(part("instruction"), 0, part("tools"), 0);
    show("not-copied", true);
  }
  const told = part("copied").hidden ? "not-copied" : "copied";
  part("live").textContent = part(told).textContent;
}

for (const tool of tools) {
  const use = { print: () => print(), copy: copySummary }[tool.dataset.tool];
  tool.addEventListener("click", use);
}
