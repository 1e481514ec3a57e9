// The inbox by keyboard: J and K walk through the cases, Enter opens one, X chooses it.
(function () {
    const rows = function () { return [...document.querySelectorAll("#result_list tbody tr")]; };
    let here = -1;
    function go(step) {
        const all = rows();
        if (!all.length) return;
        if (here >= 0 && all[here]) all[here].classList.remove("cs-here");
        here = Math.min(Math.max(here + step, 0), all.length - 1);
        all[here].classList.add("cs-here");
        const link = all[here].querySelector("a[href]");
        if (link) link.focus();
    }
    document.addEventListener("keydown", function (event) {
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
        if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
        if (event.code === "KeyJ") go(1);
        else if (event.code === "KeyK") go(-1);
        else if (event.code === "KeyX" && here >= 0) {
            const box = rows()[here].querySelector("input.action-select");
            if (box) box.click();
        } else return;
        event.preventDefault();
    });
})();
