// Telling that something was said while nobody looked: on the launcher, in the page's title, by a notification.

const COUNT = /^\(\d+\) /;

export function showInTitle(unread) {
  const plain = document.title.replace(COUNT, "");
  const title = unread ? `(${unread}) ${plain}` : plain;
  if (document.title !== title) document.title = title;
}

export const canNotify = () => "Notification" in window && window.isSecureContext && Notification.permission !== "denied";

export async function allowNotifications() {
  return "Notification" in window && window.isSecureContext && (await Notification.requestPermission()) === "granted";
}

// Says that there is something, not what: it may be read on a locked screen.
export function notify(title, body, open) {
  if (!("Notification" in window) || Notification.permission !== "granted" || document.visibilityState === "visible") return;
  try {
    const note = new Notification(title, { body, tag: "switchboard" });
    note.onclick = () => {
      focus();
      note.close();
      open();
    };
  } catch {
    // Some phones have notifications for installed pages only.
  }
}
