// The script as pages load it: `wx`, and WeCom's other name for it.
import { begin } from "./page";

const script = document.currentScript as HTMLScriptElement | null;
const wx = begin(window, script ? new URL(script.src).origin : location.origin, window.parent);
Object.assign(window, { wx, jWeixin: wx });
