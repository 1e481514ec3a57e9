// The editor of an edition: a language at a time, each text with its preview, and a warning before unsaved work is left.
(function () {
    const form = document.querySelector(".po-editor");
    const parts = [...form.querySelectorAll("[data-part]")];
    const tabs = [...form.querySelectorAll("[data-tab]")];
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

    function choose(code) {
        parts.forEach(function (part) { part.hidden = part.dataset.part !== code; });
        tabs.forEach(function (tab) {
            const chosen = tab.dataset.tab === code;
            tab.setAttribute("aria-selected", chosen);
            tab.tabIndex = chosen ? 0 : -1;
        });
    }
    tabs.forEach(function (tab, place) {
        tab.addEventListener("click", function () { choose(tab.dataset.tab); });
        tab.addEventListener("keydown", function (event) {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (!step) return;
            const next = tabs[(place + step + tabs.length) % tabs.length];
            choose(next.dataset.tab);
            next.focus();
        });
    });
    form.querySelector("[role=tablist]").hidden = false;
    parts.forEach(function (part) {
        part.setAttribute("role", "tabpanel");
        part.setAttribute("aria-labelledby", "po-tab-" + part.dataset.part);
        part.querySelector("legend").hidden = true;
    });
    const wrong = parts.find(function (part) { return part.querySelector(".errors"); });
    choose((wrong || parts[0]).dataset.part);

    form.querySelectorAll("[data-preview]").forEach(function (text) {
        const shown = form.querySelector('[data-shown="' + text.dataset.preview + '"]');
        const place = shown.querySelector("article");
        let waiting = 0;
        let asked = 0;
        function show() {
            const mine = ++asked;
            const body = new FormData();
            body.append("text", text.value);
            fetch(form.dataset.previewAt, { method: "POST", body: body, headers: { "X-CSRFToken": token } })
                .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(); })
                .then(function (html) { if (mine === asked) { place.innerHTML = html; shown.hidden = false; } })
                .catch(function () { shown.hidden = true; });
        }
        text.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(show, 400); });
        show();
    });

    let changed = false;
    form.addEventListener("input", function () { changed = true; });
    form.addEventListener("submit", function () { changed = false; });
    window.addEventListener("beforeunload", function (event) { if (changed) event.preventDefault(); });
})();
