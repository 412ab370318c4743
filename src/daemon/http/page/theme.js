// Runs before anything is drawn, so that no page flashes in the wrong colours.
{
  const KEY = "millrace-theme";
  const kept = () => {
    try {
      return localStorage.getItem(KEY) ?? "auto";
    } catch {
      return "auto";
    }
  };
  const show = (theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  show(kept());
  document.addEventListener("DOMContentLoaded", () => {
    const choice = document.querySelector("#theme");
    if (choice === null) return;
    choice.value = kept();
    choice.addEventListener("change", () => {
      show(choice.value);
      try {
        localStorage.setItem(KEY, choice.value);
      } catch {
        // Where nothing may be kept, it holds for this visit.
      }
    });
  });
}
