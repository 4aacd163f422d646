// Walking the matrix by keyboard. One capsule is the tab stop; arrow keys go to the next capsule along the row or the column, Home and End
// to the row's first and last. Enter opens the connection, as links do. Without this script every capsule is a tab stop.

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

const capsulesIn = (element) => [...element.querySelectorAll(".flow")];

const makeTabStop = (capsule) => {
  for (const other of capsulesIn(capsule.closest(".matrix"))) other.tabIndex = other === capsule ? 0 : -1;
};

const prepare = () => {
  for (const matrix of document.querySelectorAll(".matrix")) {
    const capsules = capsulesIn(matrix);
    if (capsules.length) makeTabStop(capsules.find((capsule) => capsule === document.activeElement) ?? capsules[0]);
  }
};

// The next capsule from a cell in one direction; empty cells are passed over.
const nextFrom = (cell, [down, right]) => {
  const rows = [...cell.closest("table").querySelectorAll("tbody tr:not(.group)")];
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (row += down, column += right; rows[row]?.cells[column]; row += down, column += right) {
    const found = capsulesIn(rows[row].cells[column]);
    if (found.length) return right < 0 ? found.at(-1) : found[0];
  }
  return undefined;
};

const target = (capsule, key) => {
  const cell = capsule.closest("td");
  const inRow = capsulesIn(cell.parentElement);
  if (key === "Home") return inRow[0];
  if (key === "End") return inRow.at(-1);
  const step = STEPS[key];
  const beside = capsulesIn(cell);
  return (step[1] && beside[beside.indexOf(capsule) + step[1]]) || nextFrom(cell, step);
};

document.addEventListener("keydown", (event) => {
  const capsule = event.target.closest?.(".matrix .flow");
  if (!capsule || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!(event.key in STEPS) && event.key !== "Home" && event.key !== "End") return;
  event.preventDefault();
  target(capsule, event.key)?.focus();
});

document.addEventListener("focusin", (event) => {
  const capsule = event.target.closest?.(".matrix .flow");
  if (capsule) makeTabStop(capsule);
});

for (const change of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(change, prepare);
prepare();
