// Copies what a button offers: its own data-copy, or the text of the element that data-copy-from names.

const SHOWN_FOR = 1500; // milliseconds

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  const from = document.getElementById(button.dataset.copyFrom);
  await write(from ? from.textContent : button.dataset.copy);
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), SHOWN_FOR);
});

// The clipboard is there in secure contexts only; over plain HTTP a selection has to do.
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
