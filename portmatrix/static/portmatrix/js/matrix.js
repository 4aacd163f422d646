// Walking the matrix by keyboard. One label is the tab stop; arrow keys go to the next label along the row or the column, Home and End
// to the row's first and last. Enter opens the connection, as links do. Without this script every label is a tab stop.

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

const labelsIn = (element) => [...element.querySelectorAll(".flow")];

const makeTabStop = (label) => {
  for (const other of labelsIn(label.closest(".matrix"))) other.tabIndex = other === label ? 0 : -1;
};

const prepare = () => {
  for (const matrix of document.querySelectorAll(".matrix")) {
    const labels = labelsIn(matrix);
    if (labels.length) makeTabStop(labels.find((label) => label === document.activeElement) ?? labels[0]);
  }
};

// The next label from a cell in one direction; empty cells are passed over.
const nextFrom = (cell, [down, right]) => {
  const rows = [...cell.closest("table").querySelectorAll("tbody tr:not(.group)")];
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (row += down, column += right; rows[row]?.cells[column]; row += down, column += right) {
    const found = labelsIn(rows[row].cells[column]);
    if (found.length) return right < 0 ? found.at(-1) : found[0];
  }
  return undefined;
};

const target = (label, key) => {
  const cell = label.closest("td");
  const inRow = labelsIn(cell.parentElement);
  if (key === "Home") return inRow[0];
  if (key === "End") return inRow.at(-1);
  const step = STEPS[key];
  const beside = labelsIn(cell);
  return (step[1] && beside[beside.indexOf(label) + step[1]]) || nextFrom(cell, step);
};

document.addEventListener("keydown", (event) => {
  const label = event.target.closest?.(".matrix .flow");
  if (!label || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!(event.key in STEPS) && event.key !== "Home" && event.key !== "End") return;
  event.preventDefault();
  target(label, event.key)?.focus();
});

document.addEventListener("focusin", (event) => {
  const label = event.target.closest?.(".matrix .flow");
  if (label) makeTabStop(label);
});

for (const change of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(change, prepare);
prepare();
