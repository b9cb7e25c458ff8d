// What a QR code in a picture says: by the browser itself where it can, else by a library that is loaded then.

interface Detector {
  detect(picture: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
type Detecting = (new (options: { formats: string[] }) => Detector) & { getSupportedFormats(): Promise<string[]> };

const MOST = 1280;
let detector: Promise<Detector | null> | undefined;

async function own(): Promise<Detector | null> {
  const BarcodeDetector = (globalThis as { BarcodeDetector?: Detecting }).BarcodeDetector;
  if (!BarcodeDetector || !(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
  return new BarcodeDetector({ formats: ["qr_code"] });
}

export async function codeIn(picture: HTMLVideoElement | ImageBitmap): Promise<string | null> {
  const known = await (detector ??= own().catch(() => null));
  if (known) return (await known.detect(picture))[0]?.rawValue || null;
  const [width, height] = picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  const scale = Math.min(1, MOST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { default: jsQR } = await import("jsqr");
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(pixels.data, canvas.width, canvas.height)?.data || null;
}
