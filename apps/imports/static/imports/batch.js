// The upload's drop field, and progress without reloading. The pages work without it.
document.querySelectorAll("[data-drop]").forEach((drop) => {
  const input = drop.querySelector("input[type=file]");
  const name = drop.querySelector("[data-name]");
  input.hasChangeListener = true; // keeps django-unfold's own away, which looks for a text field beside it
  input.addEventListener("change", () => { if (input.files[0]) name.textContent = input.files[0].name; });
  ["dragenter", "dragover"].forEach((event) => drop.addEventListener(event, () => drop.classList.add("im-over")));
  ["dragleave", "drop"].forEach((event) => drop.addEventListener(event, () => drop.classList.remove("im-over")));
});

const live = document.querySelector("[data-progress]");
if (live) {
  const look = async () => {
    try {
      const answer = await fetch(live.dataset.progress, { headers: { "X-Requested-With": "fetch" } });
      if (answer.ok) {
        live.innerHTML = await answer.text();
        if (!live.querySelector("[data-busy]")) { location.reload(); return; }
      }
    } catch { /* the network comes back or it does not: the next look will tell */ }
    setTimeout(look, 1000);
  };
  setTimeout(look, 700);
}
