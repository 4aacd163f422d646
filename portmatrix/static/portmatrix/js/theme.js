// Keeps the chosen theme in a cookie, so that the server renders the next page in it at once.

document.addEventListener("change", (event) => {
  if (!event.target.matches(".theme input")) return;
  const theme = event.target.value;
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
});
