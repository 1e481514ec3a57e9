// Keys of the desk: whatever carries data-key (a KeyboardEvent.code, the same in every keyboard layout) gets the
// focus when it is a field, and is opened when it is a link or a dialog.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (document.querySelector("dialog[open]")) return;
  const places = document.querySelectorAll(`[data-key="${event.code}"]`);
  const place = [...places].find((element) => element.matches("dialog") || element.offsetParent !== null);
  if (!place) return;
  event.preventDefault();
  if (place.matches("dialog")) place.showModal();
  else if (place.matches("input")) place.focus();
  else place.click();
});
