// The one stream of what changes at the desk. While it is broken it is opened again, later each time, and that is said.

import { explain } from "/desk/service.js";
import { say } from "/desk/wording.js";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

export class Live {
  constructor({ service, hear, state, refused }) {
    Object.assign(this, { service, hear, state, refused }); // `state` says what is wrong, "" that nothing is
    this.stopping = new AbortController();
  }

  async run() {
    let pause = FIRST_PAUSE_MS;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.service.follow("/v1/desk/events", signal, {
          opened: () => {
            pause = FIRST_PAUSE_MS;
            this.state("");
          },
          hear: (kind, data) => signal.aborted || this.hear(kind, data),
        });
      } catch (error) {
        if (signal.aborted) return;
        if ([401, 403].includes(error.status)) return this.refused(error);
        if (error.name !== "AbortError" || !navigator.onLine) this.state(explain(error, say("mayBeOld")));
        else this.hear("refresh", {}); // nothing was heard: somebody between us and the service holds the events back
        pause = Math.max(pause, (error.wait ?? 0) * 1000);
      }
      if (signal.aborted) return;
      await new Promise((go) => setTimeout(go, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  stop() {
    this.stopping.abort();
  }
}
