// Says that the server is at work when an answer takes longer than a moment: the next page, or a file.

const PATIENCE = 500; // milliseconds
const line = document.getElementById("working");
let timer = 0;

function begin(text) {
  clearTimeout(timer);
  line.classList.remove("bad");
  timer = setTimeout(() => (line.textContent = text), PATIENCE);
}

function end(fault = "") {
  clearTimeout(timer);
  line.textContent = fault;
  line.classList.toggle("bad", fault !== "");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const samePage = link.pathname === location.pathname && link.search === location.search;
  if (link.origin !== location.origin || link.target || samePage) return;
  if (!link.hasAttribute("download")) return begin("The server is working on the page…");
  event.preventDefault();
  save(link);
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) begin("The server is working on it…");
});
document.addEventListener("htmx:beforeRequest", () => begin("The server is working on it…"));
document.addEventListener("htmx:afterRequest", () => end());
addEventListener("pageshow", () => end());

// Fetches a file and hands it to the browser, so that the page knows how it went.
async function save(link) {
  begin("The server is making the file…");
  try {
    const response = await fetch(link.href);
    if (!response.ok) return end(await refusal(response));
    const address = URL.createObjectURL(await response.blob());
    Object.assign(document.createElement("a"), { href: address, download: link.download || named(response) }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    end();
  } catch {
    end("The file did not come: the server can’t be reached.");
  }
}

function named(response) {
  return response.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1] ?? "";
}

async function refusal(response) {
  const type = response.headers.get("Content-Type") ?? "";
  const detail = type.startsWith("application/json") ? (await response.json()).detail : "";
  return `The file did not come: ${detail || `the server answered ${response.status}`}`;
}
