// The search in the header where htmx leaves off: arrow keys walk the hits, Escape closes them, and nothing is asked for an empty box. Enter
// needs no script: in the box it sends the form, and the server knows the best hit; on a hit it follows the link.

const box = document.querySelector(".search input");
const hits = document.querySelector("#hits");
const said = document.querySelector("#hits-said");

const links = () => [...hits.querySelectorAll("a")];
const close = () => {
  hits.hidden = true;
};
const empty = () => {
  hits.replaceChildren();
  said.textContent = "";
};

function walk(step) {
  const stops = [box, ...links()];
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (hits.hidden || !next) return false;
  next.focus();
  return true;
}

function prepare(form) {
  form.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && walk(step)) event.preventDefault();
    if (event.key === "Escape" && !hits.hidden && links().length) {
      event.preventDefault(); // a search field would lose its text
      box.focus();
      close();
    }
  });
  box.addEventListener("input", () => {
    hits.hidden = false;
    if (!box.value.trim()) empty();
  });
  box.addEventListener("focus", () => {
    hits.hidden = false;
  });
  form.addEventListener("submit", (event) => {
    if (!box.value.trim()) event.preventDefault();
  });
  // Asked too late: the box has been emptied since.
  for (const moment of ["htmx:beforeRequest", "htmx:beforeSwap"]) {
    form.addEventListener(moment, (event) => {
      if (!box.value.trim()) event.preventDefault();
    });
  }
  // Hits of an earlier text would be taken for hits of this one.
  for (const failure of ["htmx:sendError", "htmx:responseError"]) form.addEventListener(failure, empty);
  for (const moment of ["pointerdown", "focusin"]) {
    document.addEventListener(moment, (event) => {
      if (!form.contains(event.target)) close();
    });
  }
  window.addEventListener("pagehide", close);
}

if (box) prepare(box.form);
