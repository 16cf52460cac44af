// Ties a marked span to its criterion: hovering or focusing one shows the other.
export function tieEvidence(root) {
  for (const one of root.querySelectorAll("[data-shows]")) {
    for (const event of ["pointerenter", "focus"]) one.addEventListener(event, () => tie(one, true));
    for (const event of ["pointerleave", "blur"]) one.addEventListener(event, () => tie(one, false));
  }
}

function tie(one, on) {
  const names = new Set(one.dataset.shows.split(" "));
  const area = one.closest("[data-feedback]") ?? document;
  for (const other of area.querySelectorAll("[data-shows]")) {
    const both = other.dataset.shows.split(" ").some((name) => names.has(name));
    if (both) other.classList.toggle("tied", on);
  }
}
