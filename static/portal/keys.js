// Keys of the desk, all of them: whatever carries data-key (a KeyboardEvent.code, the same in every keyboard layout)
// gets the focus when it is a field, and is opened when it is a link or a dialog. In a list J and K walk through the
// rows, Enter opens one, X chooses it; a form with data-rows takes the chosen rows along, else the one that is marked.
// The question mark says which keys there are.
(function () {
  let here = -1;
  const rows = () => [...document.querySelectorAll("#result_list tbody tr")];
  const visible = (element) => element.matches("dialog") || element.offsetParent !== null;

  function walk(step) {
    const all = rows();
    all[here]?.classList.remove("desk-here");
    here = Math.min(Math.max(here + step, 0), all.length - 1);
    all[here].classList.add("desk-here");
    all[here].querySelector("a[href]")?.focus();
    all[here].scrollIntoView({ block: "nearest" });
  }

  function act(event) {
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return help();
    if (event.shiftKey) return false;
    if (rows().length && event.code === "KeyJ") return walk(1), true;
    if (rows().length && event.code === "KeyK") return walk(-1), true;
    if (event.code === "KeyX" && rows()[here]) {
      rows()[here].querySelector("input.action-select")?.click();
      return true;
    }
    const place = [...document.querySelectorAll(`[data-key="${event.code}"]`)].find(visible);
    if (!place) return false;
    if (place.matches("dialog")) place.showModal();
    else if (place.matches("input")) place.focus();
    else place.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]")) return;
    if (act(event)) event.preventDefault();
  });

  // The chosen rows of a list, with the version of each where the row says it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("rows" in form.dataset)) return;
    form.querySelectorAll("[data-row]").forEach((old) => old.remove());
    const chosen = rows().filter((row) => row.querySelector("input.action-select")?.checked);
    for (const row of chosen.length ? chosen : rows().slice(Math.max(here, 0), here + 1)) {
      const key = row.querySelector("a[href]")?.getAttribute("href").match(/\/(\d+)\/change\//)?.[1];
      if (!key) continue;
      add(form, "_selected_action", key);
      const seen = row.querySelector("[data-seen]")?.dataset.seen;
      if (seen) add(form, `seen-${key}`, seen);
    }
  });

  function add(form, name, value) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    field.dataset.row = "";
    form.append(field);
  }

  function help() {
    const box = document.getElementById("desk-help");
    if (!box) return false;
    const list = box.querySelector("ul");
    list.querySelectorAll(".desk-found").forEach((old) => old.remove());
    list.querySelectorAll("[data-of-lists]").forEach((item) => { item.hidden = !rows().length; });
    const said = new Set();
    for (const place of document.querySelectorAll("[data-key]")) {
      const key = place.dataset.key.replace(/^(Key|Digit)/, "").replace("Slash", "/");
      if (said.has(key) || !visible(place)) continue;
      said.add(key);
      list.append(item(key, words(place)));
    }
    box.showModal();
    return true;
  }

  function item(key, text) {
    const entry = document.createElement("li");
    entry.className = "desk-found";
    const sign = document.createElement("kbd");
    sign.textContent = key;
    entry.append(sign, ` ${text}`);
    return entry;
  }

  function words(place) {
    const source = place.matches("dialog") ? place.querySelector("h2") ?? place : place;
    const copy = source.cloneNode(true);
    copy.querySelectorAll?.(".material-symbols-outlined, .cs-count, kbd").forEach((icon) => icon.remove());
    return copy.textContent.trim() || place.getAttribute("aria-label") || place.placeholder || place.title;
  }
})();
