// What is heard and felt of a verdict: who stands at a gate looks at people, not at a screen.

let context: AudioContext | undefined;

function tone(frequency: number, begin: number, length: number, type: OscillatorType): void {
  const sounding = context!;
  const [source, volume] = [sounding.createOscillator(), sounding.createGain()];
  const from = sounding.currentTime + begin;
  [source.type, source.frequency.value] = [type, frequency];
  volume.gain.setValueAtTime(0.25, from);
  volume.gain.exponentialRampToValueAtTime(0.001, from + length);
  source.connect(volume).connect(sounding.destination);
  source.start(from);
  source.stop(from + length);
}

/** Browsers are silent until somebody has touched the page. */
export function wakeSound(): void {
  context ??= new AudioContext();
  void context.resume().catch(() => undefined);
}

export function sound(admitted: boolean): void {
  navigator.vibrate?.(admitted ? 80 : [120, 80, 120, 80, 120]);
  if (context?.state !== "running") return;
  if (admitted) {
    tone(880, 0, 0.12, "sine");
    tone(1320, 0.12, 0.2, "sine");
  } else {
    tone(196, 0, 0.25, "square");
    tone(147, 0.28, 0.45, "square");
  }
}
