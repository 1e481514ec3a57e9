// A template chosen for a message fills in its subject and text; a placeholder that is pressed goes to where one writes.
document.querySelectorAll("select[data-template-url]").forEach((select) => {
    select.addEventListener("change", async () => {
        if (!select.value) return;
        const form = select.form;
        const answer = await fetch(select.dataset.templateUrl.replace("/0/", `/${select.value}/`), { credentials: "same-origin" });
        if (!answer.ok) return;
        const said = await answer.json();
        const field = (name) => form.querySelector(`[name$="${name}"]`);
        if (field("direction")) field("direction").value = "out";
        if (field("heading")) field("heading").value = said.heading;
        field("text").value = said.text;
        field("text").focus();
    });
});
(() => {
    let last = document.querySelector("textarea[name=text]");
    document.addEventListener("focusin", (event) => { if (event.target.matches("textarea[name=text], input[name=heading]")) last = event.target; });
    document.querySelectorAll("[data-insert]").forEach((button) => {
        button.addEventListener("click", () => {
            if (!last) return;
            last.setRangeText(button.dataset.insert, last.selectionStart, last.selectionEnd, "end");
            last.focus();
        });
    });
})();
