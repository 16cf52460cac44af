// The code editor of lab pages. A text area is what is sent; without this script it is what is edited.
// The editor stands in a shadow root: there its styles are sheets the policy allows, not style elements.
import { basicSetup, EditorView } from "codemirror";
import { python } from "@codemirror/lang-python";
import { keymap } from "@codemirror/view";
import { indentWithTab } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

// Colours are variables of style.css, so that they follow light and dark.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: "var(--accent)" },
  { tag: [tags.variableName, tags.propertyName, tags.operator, tags.meta, tags.name], color: "var(--ink)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "0.95rem", backgroundColor: "var(--paper)", color: "var(--ink)" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", minHeight: "16rem", maxHeight: "70vh" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--soft)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--raised)" },
  "&.cm-focused": { outline: "2px solid var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
});

for (const area of document.querySelectorAll("textarea[data-code]")) edit(area);

function edit(area) {
  const host = document.createElement("div");
  host.className = "editor";
  area.after(host);
  const root = host.attachShadow({ mode: "open" });
  const label = document.querySelector(`label[for="${area.id}"]`)?.textContent ?? area.name;
  const escape = { key: "Escape", run: (view) => (view.contentDOM.blur(), true) };
  const view = new EditorView({
    doc: area.value,
    root,
    parent: root,
    extensions: [
      keymap.of([indentWithTab, escape]),
      basicSetup,
      python(),
      look,
      syntaxHighlighting(colours),
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": `${label} (Escape, then Tab, leaves the editor)` }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed(area, update.state.doc.toString());
      }),
    ],
  });
  area.hidden = true;
  area.addEventListener("viva:reset", () =>
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: area.value } }),
  );
}

function changed(area, text) {
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
