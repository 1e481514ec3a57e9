// Dialogs that ask before an act, and the time that is left to see values.
document.querySelectorAll("[data-dialog]").forEach(function (button) {
    button.addEventListener("click", function () { document.getElementById(button.dataset.dialog).showModal(); });
});
(function () {
    const left = document.getElementById("am-left");
    if (!left) return;
    const end = Date.now() + left.dataset.seconds * 1000;
    function tick() {
        const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
        left.textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
        if (seconds === 0) { window.location.replace(window.location.pathname); }
    }
    tick();
    setInterval(tick, 1000);
    // A page taken from the back-forward cache would show values after their time.
    window.addEventListener("pageshow", function (event) { if (event.persisted) window.location.reload(); });
})();
