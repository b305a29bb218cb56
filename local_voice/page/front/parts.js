// Builds what is shown from lines of words and numbers.

export const part = (id) => document.getElementById(id);
export const isSeen = (element) => !element.hidden;
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export function show(id, seen) {
  part(id).hidden = !seen;
}

export function lineOf(spans) {
  return spans.map(({ text, tel }) => {
    if (!tel) return document.createTextNode(text);
    const link = document.createElement("a");
    link.href = `tel:${tel}`;
    link.textContent = text;
    return link;
  });
}

export function paragraphOf({ line, part: kind = "" }) {
  const paragraph = document.createElement("p");
  paragraph.append(...lineOf(line));
  paragraph.dataset.part = kind;
  return paragraph;
}
