// What a QR code in a picture says: by the browser itself where it can, else by a library that is loaded then.

interface Detector {
  detect(picture: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
type Detecting = (new (options: { formats: string[] }) => Detector) & { getSupportedFormats(): Promise<string[]> };

const MOST = 1280;
let detector: Promise<Detector | null> | undefined;
let canvas: HTMLCanvasElement | undefined;

async function own(): Promise<Detector | null> {
  const BarcodeDetector = (globalThis as { BarcodeDetector?: Detecting }).BarcodeDetector;
  if (!BarcodeDetector || !(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
  return new BarcodeDetector({ formats: ["qr_code"] });
}

/** `most`: pixels of its longer side that are looked at; fewer are quicker, and miss what is small. */
export async function codeIn(picture: HTMLVideoElement | ImageBitmap, most = MOST): Promise<string | null> {
  const known = await (detector ??= own().catch(() => null));
  if (known) return (await known.detect(picture))[0]?.rawValue || null;
  const { default: read } = await import("qr/decode.js");
  const [width, height] = picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  const scale = Math.min(1, most / Math.max(width, height));
  canvas ??= document.createElement("canvas");
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(picture, 0, 0, size.width, size.height);
  const { data } = context.getImageData(0, 0, size.width, size.height);
  try {
    return read({ ...size, data }) || null;
  } catch {
    // It says so of every picture without a code.
    return null;
  }
}
