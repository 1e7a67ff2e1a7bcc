// How the desk asks for attention: a count in the title, and, where the person allowed it, a sound and a notification.

import { find } from "/desk/elements.js";
import { say } from "/desk/wording.js";

const TITLE = say("title");
const SOUND = "switchboard.desk.sound";
const NOTIFY = "switchboard.desk.notify";
const AGAIN_MS = 2000; // several things at once are one sound

export class Attention {
  constructor({ told }) {
    this.told = told;
    this.rang = 0;
    find("sound").checked = localStorage.getItem(SOUND) === "yes";
    find("notify").checked = localStorage.getItem(NOTIFY) === "yes" && permission() === "granted";
  }

  count(unread) {
    document.title = unread ? `(${unread}) ${TITLE}` : TITLE;
  }

  chooseSound() {
    keep(SOUND, find("sound").checked);
    if (find("sound").checked) this.#ring();
  }

  async chooseNotifications() {
    const wanted = find("notify").checked;
    const allowed = wanted && permission() !== "unsupported" && (await Notification.requestPermission()) === "granted";
    find("notify").checked = allowed;
    keep(NOTIFY, allowed);
    if (wanted && !allowed) this.told(say("noNotify"), true);
  }

  // The customer's words are not shown outside of the page. The newest notification takes the place of the one before.
  call(what) {
    if (find("notify").checked && document.hidden) new Notification(TITLE, { body: what, tag: "switchboard-desk", icon: "/chat/icon.svg" });
    if (!find("sound").checked || Date.now() < this.rang + AGAIN_MS) return;
    this.rang = Date.now();
    this.#ring();
  }

  #ring() {
    this.sounds ??= new AudioContext();
    const { currentTime } = this.sounds;
    const loudness = this.sounds.createGain();
    loudness.gain.setValueAtTime(0.12, currentTime);
    loudness.gain.exponentialRampToValueAtTime(0.001, currentTime + 0.35);
    loudness.connect(this.sounds.destination);
    const tone = this.sounds.createOscillator();
    tone.frequency.setValueAtTime(660, currentTime);
    tone.frequency.setValueAtTime(880, currentTime + 0.12);
    tone.connect(loudness);
    tone.start();
    tone.stop(currentTime + 0.36);
  }
}

const permission = () => globalThis.Notification?.permission ?? "unsupported";

function keep(name, yes) {
  if (yes) localStorage.setItem(name, "yes");
  else localStorage.removeItem(name);
}
