(() => {
  "use strict";
  const by = (id) => document.getElementById(id);
  const bar = by("filter"), words = by("words"), row = by("of-row"), level = by("of-level"), found = by("found");
  const all = (where) => [...document.querySelectorAll(where)];
  const folded = () => all("#bill details, #plan details");
  let items, before;

  // What a thing says itself: a branch of the plan without the branches below it, which are things of their own.
  const own = (item) => item.tagName === "TR" ? item.textContent + " " + titles(item) :
    [...item.firstElementChild.children].filter((part) => part.tagName !== "UL").map((part) => part.textContent).join(" ");
  const titles = (item) => [...item.querySelectorAll("[title]")].map((part) => part.title).join(" ");
  const read = (kind, where) => all(where).map((item) => ({ kind, item, text: own(item).toLowerCase() }));

  const sift = () => {
    items ??= [...read("findings", "#findings tbody tr"), ...read("lines", ".lines tbody tr"), ...read("resources", ".tree li[data-row]")];
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const active = asked.length || row.value || level.value;
    if (active && !before) before = new Map(folded().map((each) => [each, each.open]));
    const counts = {}, kept = new Set();
    for (const { kind, item, text } of [...items].reverse()) {
      const { row: ofRow, levels } = item.dataset;
      const fits = asked.every((word) => text.includes(word)) && (!row.value || ofRow === row.value) &&
        (!level.value || (levels ?? "").split(" ").includes(level.value));
      const [hits, total] = counts[kind] ?? [0, 0];
      counts[kind] = [hits + fits, total + 1];
      if (fits || kept.has(item)) {
        if (kind === "resources" && item.parentElement.closest("li[data-row]")) kept.add(item.parentElement.closest("li[data-row]"));
      }
      item.hidden = active && !fits && !kept.has(item);
    }
    if (active) {
      for (const each of folded()) {
        const inside = each.matches(".tree details") ? [...each.querySelectorAll("li[data-row]")] : [...each.querySelectorAll(".lines tbody tr, .tree li[data-row]")];
        if (inside.length) each.open = inside.some((item) => !item.hidden);
      }
    } else if (before) {
      for (const [each, open] of before) each.open = open;
      before = undefined;
    }
    found.textContent = active ? ["findings", "lines", "resources"].map((kind) => {
      const [hits, total] = counts[kind] ?? [0, 0];
      return found.dataset[kind].replace("{hits}", hits).replace("{total}", total);
    }).join(", ") : "";
  };
  const clear = () => { words.value = row.value = level.value = ""; sift(); };

  // What a link leads to is never left hidden or folded away.
  const show = () => {
    const target = location.hash && by(location.hash.slice(1));
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let each = target.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
    target.scrollIntoView();
  };

  bar.hidden = false;
  for (const each of [words, row, level]) each.addEventListener("input", sift);
  by("clear").addEventListener("click", () => { clear(); words.focus(); });
  addEventListener("hashchange", show);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && (link.href.baseVal ?? link.getAttribute("href")) === location.hash) setTimeout(show);
  });
  show();
})();
