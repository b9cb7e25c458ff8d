// One socket, kept open: connected anew after a pause that grows, at once when the network or the page comes back.
import { RESTARTING, SESSION_ENDED, TOO_MANY, type Heard, type Say, type Welcome } from "./frames";

export type Connection = "offline" | "connecting" | "live";

export interface Listens {
  /** The socket is open, and this is how far the server is. */
  welcomed(welcome: Welcome): void;
  heard(frame: Heard): void;
  /** The socket is closed, or none could be opened. */
  cut(): void;
  /** The session is over. */
  ended(): void;
  /** No socket could be opened: find out whether the server is there and who one is. False: nobody, stop. */
  probe(): Promise<boolean>;
  /** The page was looked at again while the socket seemed open: make sure that nothing was missed. */
  woken(): void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const QUIET = 20_000;
const GIVEN_UP = 8_000;
const OPENING = 15_000;

/** How long to wait: any time up to a bound that doubles, so that a thousand clients do not come back at one moment. */
export function pauseAfter(failures: number, random = Math.random): number {
  return random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
}

/** The pause that a close code asks for; null: the ordinary one. */
export function pauseOf(code: number, random = Math.random): number | null {
  if (code === RESTARTING) return random() * 5_000;
  return code === TOO_MANY ? LONGEST_PAUSE + random() * LONGEST_PAUSE : null;
}

export class Socket {
  #socket: WebSocket | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #stopped = true;
  #welcomed = false;

  constructor(
    private readonly listener: Listens,
    private readonly address = () => `${location.origin.replace(/^http/, "ws")}/api/socket`,
  ) {}

  get open(): boolean {
    return this.#welcomed;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#failures = 0;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#drop();
    this.#socket?.close();
  }

  /** Everything that was missed is here: the next failure is the first again. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Give this socket up and take another after a pause. */
  again(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed(0);
    socket.close();
  }

  say(frame: Say): boolean {
    if (!this.#welcomed || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** The network or the page is back. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#welcomed) {
      this.listener.woken();
      this.#ask(GIVEN_UP / 2);
    } else if (!this.#socket) {
      this.#failures = 0;
      this.#connect();
    }
  }

  #connect(): void {
    this.#drop();
    const socket = new WebSocket(this.address());
    this.#socket = socket;
    this.#watchdog = setTimeout(() => this.again(), OPENING);
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#heard(JSON.parse(data as string) as Heard);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#closed(code);
    };
  }

  #heard(frame: Heard): void {
    this.#listenOn();
    if (frame.type === "welcome") {
      this.#welcomed = true;
      this.listener.welcomed(frame);
    } else this.listener.heard(frame);
  }

  /** A network that is silent is asked, and given up when it does not answer. */
  #listenOn(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#ask(GIVEN_UP), QUIET);
  }

  #ask(patience: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.again(), patience);
    this.say({ type: "ping" });
  }

  #closed(code: number): void {
    const wasWelcome = this.#welcomed;
    this.#drop();
    if (this.#stopped) return;
    this.listener.cut();
    if (code === SESSION_ENDED) {
      this.#stopped = true;
      this.listener.ended();
      return;
    }
    this.#failures += 1;
    const later = (): void => {
      if (this.#stopped || this.#socket) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#connect(), this.#pause(code));
    };
    if (wasWelcome) later();
    else void this.#probed().then((goesOn) => goesOn && later());
  }

  #pause(code: number): number {
    // The browser says when the network is back; but it may be wrong.
    return navigator.onLine ? (pauseOf(code) ?? pauseAfter(this.#failures)) : LONGEST_PAUSE;
  }

  /** A browser does not say why no socket could be opened; a session that ended is one reason. */
  async #probed(): Promise<boolean> {
    const goesOn = await this.listener.probe();
    if (!goesOn) this.#stopped = true;
    return goesOn;
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    this.#welcomed = false;
    this.#socket = null;
  }
}
