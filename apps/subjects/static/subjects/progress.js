// Progress without reloading, of whatever a worker has. The pages work without it.
(() => {
  const EVERY = 1000, HIDDEN = 10000, SAY_EVERY = 20000; // milliseconds
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const ask = async (address) => {
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    return answer;
  };
  // Ask again and again until there is nothing to wait for; the network comes back or it does not.
  const keepLooking = (look) => {
    const again = async () => {
      let done = false;
      try { done = await look(); } catch { /* the next look will tell */ }
      if (!done) setTimeout(again, document.hidden ? HIDDEN : EVERY);
    };
    setTimeout(again, EVERY);
  };
  // What stands in the place of `selector` becomes what the page says now.
  const renew = async (selector) => {
    const fresh = parse(await (await ask(location.href)).text()).querySelector(selector);
    if (!fresh) { location.reload(); return; }
    document.querySelector(selector).replaceWith(fresh);
  };

  // `data-progress` is the address of what moves, `data-status` in it how far the work has come. What moves is changed in
  // its place, so that bars slide and nothing loses the focus. Once the status is another one, all that is in
  // `data-live`, which says it in words, becomes what the page says now.
  const show = (live, fresh) => {
    fresh.querySelectorAll("[data-part]").forEach((part) => {
      const shown = live.querySelector(`[data-part="${part.dataset.part}"]`);
      if (part.dataset.part !== "bar") {
        if (shown.innerHTML !== part.innerHTML) shown.innerHTML = part.innerHTML;
        return;
      }
      shown.className = part.className;
      shown.setAttribute("aria-label", part.getAttribute("aria-label"));
      const now = part.getAttribute("aria-valuenow");
      if (now === null) shown.removeAttribute("aria-valuenow"); else shown.setAttribute("aria-valuenow", now);
      shown.firstElementChild.style.width = part.firstElementChild.style.width;
    });
  };
  const say = document.querySelector("[data-say]");
  let said = "", saidAt = 0;
  const tell = (live) => { // politely: when the phase changes, and now and then
    const text = (name) => live.querySelector(`[data-part="${name}"]`)?.textContent ?? "";
    if (text("phase") === said && Date.now() - saidAt < SAY_EVERY) return;
    said = text("phase");
    saidAt = Date.now();
    say.textContent = ["phase", "share", "left"].map(text).filter(Boolean).join(", ");
  };
  const follow = () => {
    const place = document.querySelector("[data-progress]");
    if (!place) return;
    keepLooking(async () => {
      const live = place.firstElementChild;
      const fresh = parse(await (await ask(place.dataset.progress)).text()).querySelector("[data-status]");
      if (fresh.dataset.status !== live.dataset.status) {
        await renew("[data-live]");
        say.textContent = document.querySelector("[data-live]").dataset.live;
        follow();
        return true;
      }
      show(live, fresh);
      tell(live);
      return false;
    });
  };
  follow();

  // A list: the rows of those that a worker has.
  const moving = () => [...document.querySelectorAll("[data-moving]")];
  const address = moving()[0]?.dataset.movingFrom;
  if (address) {
    keepLooking(async () => {
      const rows = moving();
      const query = rows.map((one) => `batch=${one.dataset.moving}`).join("&");
      const now = await (await ask(`${address}?${query}`)).json();
      if (rows.some((one) => !(one.dataset.moving in now))) { await renew("#result_list"); return !moving().length; }
      rows.forEach((one) => {
        const { percent, text } = now[one.dataset.moving];
        one.querySelector(".am-progress > span").style.width = `${percent ?? 0}%`;
        one.querySelector("[data-text]").textContent = text;
      });
      return false;
    });
  }
})();
