// A component or a connection under pointer or focus dims what isn't its own. The server says what is whose: `data-of` names the components
// that a line belongs to, `data-ends` its two ends. Lit lines are drawn once more on top, since lines of one source share their way.

const words = (text) => (text ?? "").split(" ");

// What belongs to a component: everything in its reach, and the components at the other ends.
const byComponent = (parts, slug) => {
  const lit = parts.filter((part) => words(part.dataset.of).includes(slug));
  return { lit, near: new Set([slug, ...lit.flatMap((part) => words(part.dataset.ends))]) };
};

// What belongs to one connection: its line, label, arrow and words, and its two ends.
const byConnection = (parts, slug) => {
  const lit = parts.filter((part) => part.dataset.flow === slug);
  return { lit, near: new Set(lit.flatMap((part) => words(part.dataset.ends))) };
};

const light = (svg, { lit, near }) => {
  for (const part of svg.querySelectorAll("[data-of]")) part.classList.toggle("lit", lit.includes(part));
  for (const node of svg.querySelectorAll("[data-node]")) node.classList.toggle("lit", near.has(node.dataset.node));
  const copies = lit.filter((part) => part.matches(".edge")).map((part) => part.cloneNode());
  for (const copy of copies) delete copy.dataset.of;
  svg.querySelector(".over").replaceChildren(...copies);
  svg.classList.toggle("dim", lit.length > 0);
};

const show = (event) => {
  const svg = event.target.closest?.(".diagram");
  if (!svg) return;
  const parts = [...svg.querySelectorAll("[data-of]")];
  const node = event.target.closest("[data-node]");
  const flow = event.target.closest("[data-flow]");
  if (node) light(svg, byComponent(parts, node.dataset.node));
  else if (flow) light(svg, byConnection(parts, flow.dataset.flow));
  else light(svg, { lit: [], near: new Set() });
};

const clear = (event) => {
  const svg = event.target.closest?.(".diagram");
  if (svg && !svg.contains(event.relatedTarget)) light(svg, { lit: [], near: new Set() });
};

for (const type of ["pointerover", "focusin"]) document.addEventListener(type, show);
for (const type of ["pointerout", "focusout"]) document.addEventListener(type, clear);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape")
    for (const svg of document.querySelectorAll(".diagram.dim")) light(svg, { lit: [], near: new Set() });
});
