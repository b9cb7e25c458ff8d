// Pictures that somebody chooses in a page: they stay in it until the page has them uploaded, or shown.

type Result = Record<string, unknown>;
type Said = [outcome: string, result: Result];
/** Asks the app around the page. */
export type Ask = (name: string, args: Result) => Promise<Said>;

const MOST = 9;
const GONE: Said = ["fail no such localId", {}];

function chosen(args: Result): Promise<Said> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.multiple = Math.min(MOST, Number(args.count) || MOST) > 1;
  const sources = Array.isArray(args.sourceType) ? args.sourceType : [];
  if (sources.length === 1 && sources[0] === "camera") input.capture = "environment";
  return new Promise((resolve) => {
    input.oncancel = () => resolve(["cancel", {}]);
    input.onchange = () => {
      const files = [...(input.files ?? [])].slice(0, Math.min(MOST, Number(args.count) || MOST));
      resolve(files.length ? ["ok", { localIds: files.map((file) => URL.createObjectURL(file)), sourceType: "album" }] : ["cancel", {}]);
    };
    input.click();
  });
}

const isLocal = (id: unknown): id is string => typeof id === "string" && id.startsWith("blob:");

async function pictureOf(localId: unknown): Promise<Blob | null> {
  if (!isLocal(localId)) return null;
  try {
    return await (await fetch(localId)).blob();
  } catch {
    return null;
  }
}

async function localData(args: Result): Promise<Said> {
  const picture = await pictureOf(args.localId);
  if (!picture) return GONE;
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(["ok", { localData: String(reader.result) }]);
    reader.onerror = () => resolve(GONE);
    reader.readAsDataURL(picture);
  });
}

async function uploaded(args: Result, ask: Ask): Promise<Said> {
  const picture = await pictureOf(args.localId);
  return picture ? ask("uploadImage", { picture }) : GONE;
}

async function downloaded(args: Result, ask: Ask): Promise<Said> {
  const [outcome, { picture, ...rest }] = await ask("downloadImage", { serverId: String(args.serverId ?? "") });
  return [outcome, picture instanceof Blob ? { ...rest, localId: URL.createObjectURL(picture) } : rest];
}

/** Nobody else can open what has an address in the page alone: that is sent along. */
async function previewed(args: Result, ask: Ask): Promise<Said> {
  const addresses = Array.isArray(args.urls) ? args.urls.slice(0, 100).map(String) : [];
  const current = String(args.current ?? "");
  const urls = await Promise.all(addresses.map(async (each) => (await pictureOf(each)) ?? each));
  return ask("previewImage", { urls, current: addresses.includes(current) ? addresses.indexOf(current) : current });
}

export const images: Record<string, (args: Result, ask: Ask) => Promise<Said>> = {
  chooseImage: chosen,
  getLocalImgData: localData,
  uploadImage: uploaded,
  downloadImage: downloaded,
  previewImage: previewed,
};
