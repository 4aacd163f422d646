// The button in the footer opens the help sheet, a press beside the sheet closes it. Escape, its own button and where the focus returns to
// are the browser's business.

const sheet = document.querySelector("#help");

document.querySelector("#help-open").addEventListener("click", () => sheet.showModal());
sheet.addEventListener("click", (event) => {
  const { left, right, top, bottom } = sheet.getBoundingClientRect();
  const beside = event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;
  if (event.target === sheet && beside) sheet.close();
});
