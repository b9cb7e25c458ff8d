// A photo as it is sent: no larger than a screen needs, and with nothing in it but the picture.
const LONGEST = 1600;

export async function shrunk(photo: Blob): Promise<Blob> {
  const drawn = await createImageBitmap(photo);
  const scale = Math.min(1, LONGEST / Math.max(drawn.width, drawn.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(1, Math.round(drawn.width * scale)), Math.max(1, Math.round(drawn.height * scale))];
  const context = canvas.getContext("2d")!;
  // A JPEG has nothing to see through.
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  drawn.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("invalid picture"))), "image/jpeg", 0.82);
  });
}
