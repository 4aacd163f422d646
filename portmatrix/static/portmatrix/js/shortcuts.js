// Keys that work on every page: "/" puts the cursor into the search box, "?" opens the help sheet.

// A sheet that has just been closed keeps the focus for a moment: only an open one holds back the keys.
const TYPING = "input:not([type=radio], [type=checkbox]), select, textarea, dialog[open]";
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
