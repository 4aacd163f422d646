// What htmx leaves open when it swaps a filtered set: folded groups, scroll position, focus, and a request that failed.

let open = new Set();
let scrolled = 0;

const form = () => document.querySelector("#filter-form");
const groups = () => form()?.querySelectorAll("details[id]") ?? [];

document.addEventListener("htmx:beforeSwap", () => {
  open = new Set([...groups()].filter((group) => group.open).map((group) => group.id));
  scrolled = form()?.scrollTop ?? 0;
});

document.addEventListener("htmx:afterSettle", () => {
  for (const group of groups()) if (open.has(group.id)) group.open = true;
  if (!form()) return;
  form().scrollTop = scrolled;
  // The control that was used may be gone, as a removed filter's is: go on from the set itself.
  if (document.activeElement === document.body) document.querySelector("#main").focus({ preventScroll: true });
});

// Enter in a changed field fires "change" and then "submit": the first has been answered in place, so the second would ask again.
document.addEventListener("submit", (event) => {
  if (window.htmx && event.target.matches("[hx-get][hx-trigger=change]")) event.preventDefault();
});

// A failed request of the set falls back to an ordinary page load, which shows the reason.
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    if (event.target.closest(".page")) window.location.assign(event.detail.pathInfo.finalRequestPath);
  });
}
