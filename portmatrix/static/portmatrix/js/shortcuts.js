// Keys that work on every page: "/" puts the cursor into the search box, "?" opens the help sheet.

const TYPING = "input:not([type=radio], [type=checkbox]), select, textarea, dialog";
const SHORTCUTS = {
  "/": () => document.querySelector(".search input")?.focus(),
  "?": () => document.querySelector("#help")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const shortcut = SHORTCUTS[event.key];
  if (!shortcut || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  event.preventDefault();
  shortcut();
});
