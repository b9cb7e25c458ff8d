// What this device prefers, as a gate.
import { reactive, watch } from "vue";

const KEPT = "wecom.gate";

interface Settings {
  sound: boolean;
  /** Off where a hand scanner reads. */
  camera: boolean;
}

function kept(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Settings>;
  } catch {
    return {};
  }
}

export const settings: Settings = reactive({ sound: true, camera: true, ...kept() });
watch(settings, (now) => localStorage.setItem(KEPT, JSON.stringify(now)));
