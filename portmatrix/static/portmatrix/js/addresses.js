// Filling in addresses by keyboard: arrow down and up go to the field of the next component; after an address was added the cursor is back
// in its field, where htmx leaves it because the field keeps its id.

const fields = () => [...document.querySelectorAll(".places .add [name=address]")];

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const all = fields();
  const here = all.indexOf(event.target);
  const next = here < 0 ? undefined : all[here + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

const begin = (row) =>
  document.activeElement === document.body &&
  row?.querySelector?.(".add [name=address], .do button, .do a")?.focus({ preventScroll: true });

// A page whose address names a component begins in its field: from the fix of a finding, or after a form that was sent before htmx was there.
// Not before the page has loaded: when the browser scrolls to the row, which takes no cursor, it takes the cursor from where it is.
addEventListener("load", () => {
  if (location.hash.startsWith("#component-")) begin(document.getElementById(location.hash.slice(1)));
});

// A row that was swapped has lost the control that was used when that control is gone: go on from the row's field.
document.addEventListener("htmx:afterSettle", (event) => {
  begin(document.getElementById(event.detail.target?.id ?? "") ?? event.detail.elt);
});
