// Files that come out of the console.

/** Have the browser keep a file that was made here. */
export function save(name: string, body: Blob): void {
  const url = URL.createObjectURL(body);
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Have the browser fetch a file from the server: it comes in as it is made, however large. */
export function follow(url: string, name = ""): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}
