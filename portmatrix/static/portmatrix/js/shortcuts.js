// "/" puts the cursor into the search box.

const TYPING = "input:not([type=radio], [type=checkbox]), select, textarea";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  const box = document.querySelector(".search input");
  if (!box) return;
  event.preventDefault();
  box.focus();
});
