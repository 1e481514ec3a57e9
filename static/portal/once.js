// A second press of a button sends nothing a second time. For some seconds only: a form that downloads a file stays.
const MILLISECONDS = 3000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, MILLISECONDS);
});
