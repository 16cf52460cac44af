// Reads the question with a voice of the system, when there is one that needs no network.
export function readAloud(root) {
  const voices = window.speechSynthesis;
  const button = root.querySelector("button[data-aloud]");
  if (!voices || !button) return;
  const show = () => {
    button.hidden = !voices.getVoices().some((voice) => voice.localService);
  };
  show();
  voices.addEventListener?.("voiceschanged", show);
  button.addEventListener("click", () => {
    if (voices.speaking) return voices.cancel();
    const words = new SpeechSynthesisUtterance(document.getElementById(button.dataset.aloud).textContent);
    words.voice = voices.getVoices().find((v) => v.localService && v.lang.startsWith("en")) ?? null;
    voices.speak(words);
  });
}
