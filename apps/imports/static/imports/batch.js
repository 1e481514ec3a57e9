// The upload's drop field. The page works without it.
document.querySelectorAll("[data-drop]").forEach((drop) => {
  const input = drop.querySelector("input[type=file]");
  const name = drop.querySelector("[data-name]");
  input.hasChangeListener = true; // keeps django-unfold's own away, which looks for a text field beside it
  input.addEventListener("change", () => { if (input.files[0]) name.textContent = input.files[0].name; });
  ["dragenter", "dragover"].forEach((event) => drop.addEventListener(event, () => drop.classList.add("im-over")));
  ["dragleave", "drop"].forEach((event) => drop.addEventListener(event, () => drop.classList.remove("im-over")));
});
