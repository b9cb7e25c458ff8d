// Pictures that somebody chooses in a page: they stay in it, and the app around it never sees them.

type Result = Record<string, unknown>;
const MOST = 9;

function chosen(args: Result): Promise<[string, Result]> {
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

async function localData(args: Result): Promise<[string, Result]> {
  const localId = String(args.localId ?? "");
  if (!localId.startsWith("blob:")) return ["fail no such localId", {}];
  try {
    const picture = await (await fetch(localId)).blob();
    const localData = await new Promise<string>((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result));
      reader.onerror = () => reject(new Error("unreadable"));
      reader.readAsDataURL(picture);
    });
    return ["ok", { localData }];
  } catch {
    return ["fail no such localId", {}];
  }
}

export const images: Record<string, (args: Result) => Promise<[string, Result]>> = {
  chooseImage: chosen,
  getLocalImgData: localData,
};
