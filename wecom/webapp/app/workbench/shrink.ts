// Pictures as an app can be given them: JPEG or PNG, of no more than the server takes.

const TAKEN = new Set(["image/jpeg", "image/png"]);
const LARGEST = 10 * 1024 * 1024;
/** As WeCom's own compressed pictures are: enough for a screen, and for reading a receipt. */
const LONGEST = 2560;

export async function smallEnough(picture: Blob): Promise<Blob> {
  if (TAKEN.has(picture.type) && picture.size <= LARGEST) return picture;
  const drawn = await createImageBitmap(picture);
  const scale = Math.min(1, LONGEST / Math.max(drawn.width, drawn.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(drawn.width * scale), Math.round(drawn.height * scale)];
  const context = canvas.getContext("2d")!;
  // A JPEG has nothing to see through.
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  drawn.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("invalid picture"))), "image/jpeg", 0.85);
  });
}
