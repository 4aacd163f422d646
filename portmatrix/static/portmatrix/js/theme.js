// Keeps the chosen theme in a cookie, so that the server renders the next page in it at once.

const home = document.querySelector(".brand").getAttribute("href"); // alports may share its host with others

document.addEventListener("change", (event) => {
  if (!event.target.matches(".theme input")) return;
  const theme = event.target.value;
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=${home}; max-age=31536000; samesite=lax`;
});
