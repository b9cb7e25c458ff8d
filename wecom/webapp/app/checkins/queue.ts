// Punches that are not known to be kept yet: on this device first, then sent until they are answered.
//
// The server keeps a `client_id` once however often it comes. What had to wait says when it was done, and counts by
// that; what goes out at once counts by the server's clock, whatever this device's says. Times are kept by this device's
// clock, and become the server's as they are sent: what the two differed by when it was done may have been mended since.
import type { NewPunch, Punched } from "@/wire/checkins";
import { Refused, Unreachable } from "@/wire/http";
import type { WaitingPunch } from "@/wire/punches";

export interface Sends {
  photo(photo: Blob): Promise<string>;
  punch(punch: NewPunch): Promise<Punched>;
}

export interface Keeps {
  all(): Promise<WaitingPunch[]>;
  /** Whether it is on disk now. */
  put(punch: WaitingPunch): Promise<boolean>;
  drop(client_id: string): Promise<void>;
}

export interface Tells {
  changed(): void;
  /** One that had waited was taken. */
  taken(punched: Punched): void;
}

interface Listener {
  answered(punched: Punched | null): void;
  refused(error: Refused): void;
}

/** What went out no later than this was done when it came. */
const LATE = 5_000;
/** A network that is gone without a word is not waited for any longer before it is said that a punch waits. */
const PATIENCE = 20_000;
const PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;

export class PunchQueue {
  readonly waiting = new Map<string, WaitingPunch>();
  /** Of these, what could not be written to disk: it is gone when this page is. */
  readonly unkept = new Set<string>();
  /** Under way; nobody waits for an answer any more. */
  readonly #sending = new Set<string>();
  readonly #listeners = new Map<string, Listener>();
  #draining: Promise<void> | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(
    private readonly name: string,
    private readonly device: () => NewPunch["device"],
    private readonly sends: Sends,
    private readonly keeps: Keeps,
    private readonly tells: Tells,
    /** By how many milliseconds the server's clock is ahead of this device's, as of now. Throws `Unreachable`. */
    private readonly skew: () => Promise<number>,
  ) {}

  async load(): Promise<void> {
    for (const each of await this.keeps.all()) if (!this.waiting.has(each.client_id)) this.waiting.set(each.client_id, each);
    this.tells.changed();
    void this.wake();
  }

  /** What became of it; null: it waits for a network. Throws `Refused`, and it is forgotten then. */
  async add(punch: Omit<WaitingPunch, "waited">): Promise<Punched | null> {
    const kept = { ...punch, waited: false };
    // Listened for before anything is awaited: a wake from elsewhere may send it meanwhile.
    const answer = new Promise<Punched | null>((answered, refused) => this.#listeners.set(kept.client_id, { answered, refused }));
    answer.catch(() => undefined);
    this.waiting.set(kept.client_id, kept);
    // On disk before it is sent: a device that goes out in between has not forgotten it.
    await this.#keep(kept);
    this.tells.changed();
    void this.wake();
    return answer;
  }

  async discard(clientId: string): Promise<void> {
    await this.#drop(clientId);
    this.tells.changed();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Send what waits, in the order in which it was done; one page of this browser at a time. */
  async wake(): Promise<void> {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    while (this.#draining) await this.#draining;
    if (!this.#sendable().length) return;
    this.#draining = this.#alone().finally(() => (this.#draining = null));
    await this.#draining;
  }

  #sendable(): WaitingPunch[] {
    return [...this.waiting.values()].filter((each) => !each.refusal && !this.#sending.has(each.client_id)).sort((one, other) => one.at - other.at);
  }

  async #alone(): Promise<void> {
    let entered = false;
    const drain = (): Promise<void> => {
      entered = true;
      return this.#drain();
    };
    try {
      await navigator.locks.request(this.name, drain);
    } catch (error) {
      if (entered) throw error;
      await drain();
    }
  }

  async #drain(): Promise<void> {
    const failures = this.#failures;
    const round = this.#sendable();
    for (const each of round) {
      if (this.#stopped) return;
      if (!this.waiting.has(each.client_id)) continue;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), PATIENCE)));
      const goesOn = await Promise.race([this.#try(each), late]);
      clearTimeout(timer);
      if (goesOn) continue;
      await this.#allWait(round);
      if (this.#sending.has(each.client_id)) this.#later(null);
      return;
    }
    if (this.#failures === failures) this.#failures = 0;
  }

  /** Whether the next one may be tried. It goes on when nobody waits for it any more. */
  async #try(punch: WaitingPunch): Promise<boolean> {
    this.#sending.add(punch.client_id);
    try {
      await this.#done(punch, await this.#send(punch));
      return true;
    } catch (error) {
      return await this.#failed(punch, error);
    } finally {
      this.#sending.delete(punch.client_id);
    }
  }

  /** The one that could not be sent, and those behind it; what was added meanwhile has its own turn. */
  async #allWait(round: readonly WaitingPunch[]): Promise<void> {
    for (const punch of round) {
      const listener = this.#listeners.get(punch.client_id);
      if (!listener) continue;
      this.#listeners.delete(punch.client_id);
      await this.#change(punch, { waited: true });
      listener.answered(null);
    }
  }

  async #send(punch: WaitingPunch): Promise<Punched> {
    const { client_id, kind, way, place, note, at } = punch;
    if (punch.photo && !punch.photo_id) await this.#change(punch, { photo_id: await this.sends.photo(punch.photo) });
    const photo = this.waiting.get(client_id)?.photo_id ?? null;
    const late = punch.waited || Date.now() - at > LATE;
    // Where this clock was put back meanwhile, it was done at a time that is yet to come.
    const claimed_at = late ? new Date(Math.min(at, Date.now()) + (await this.skew())).toISOString() : null;
    return this.sends.punch({ client_id, kind, way, place, note, photo, claimed_at, device: this.device() });
  }

  async #done(punch: WaitingPunch, punched: Punched): Promise<void> {
    await this.#drop(punch.client_id);
    const listener = this.#listeners.get(punch.client_id);
    this.#listeners.delete(punch.client_id);
    if (listener) listener.answered(punched);
    else this.tells.taken(punched);
    this.tells.changed();
  }

  /** Whether the next one may be tried. */
  async #failed(punch: WaitingPunch, error: unknown): Promise<boolean> {
    const listener = this.#listeners.get(punch.client_id);
    this.#listeners.delete(punch.client_id);
    if (error instanceof Refused && !error.isForNow && !error.isOfSession) {
      if (["NoSuchMedia", "MediaExpired"].includes(error.refusal.error) && punch.photo) {
        // It lay too long and was cleared away: the photo is still here.
        await this.#change(punch, { photo_id: undefined, waited: true });
        listener?.answered(null);
        this.#later(null);
        return false;
      }
      if (listener) {
        await this.discard(punch.client_id);
        listener.refused(error);
      } else await this.#change(punch, { refusal: error.refusal });
      return true;
    }
    if (!(error instanceof Refused || error instanceof Unreachable)) console.error(error);
    await this.#change(punch, { waited: true });
    listener?.answered(null);
    this.#later(error instanceof Refused ? error.retryAfter : null);
    // What the server stumbles over is no reason to keep from it what came after.
    return error instanceof Refused && error.status >= 500 && error.retryAfter === null;
  }

  #later(seconds: number | null): void {
    if (this.#stopped) return;
    this.#failures += 1;
    const pause = seconds === null ? Math.min(PAUSE * 2 ** this.#failures, LONGEST_PAUSE) : seconds * 1000;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.wake(), pause);
  }

  async #change(punch: WaitingPunch, changes: { [Name in keyof WaitingPunch]?: WaitingPunch[Name] | undefined }): Promise<void> {
    const now = this.waiting.get(punch.client_id);
    if (!now) return;
    const changed = { ...now, ...changes } as WaitingPunch;
    this.waiting.set(punch.client_id, changed);
    this.tells.changed();
    await this.#keep(changed);
  }

  async #keep(punch: WaitingPunch): Promise<void> {
    const isKept = await this.keeps.put(punch);
    // Sent while it was written.
    if (!this.waiting.has(punch.client_id)) return this.keeps.drop(punch.client_id);
    if (isKept) this.unkept.delete(punch.client_id);
    else this.unkept.add(punch.client_id);
  }

  async #drop(clientId: string): Promise<void> {
    this.waiting.delete(clientId);
    this.unkept.delete(clientId);
    await this.keeps.drop(clientId);
  }
}
