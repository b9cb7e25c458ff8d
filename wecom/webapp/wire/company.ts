// What is known of the company before anybody has signed in: its name, as the installed app bears it.

let asked: Promise<string> | undefined;

export function companyName(): Promise<string> {
  asked ??= fetch("/app/manifest.webmanifest")
    .then(async (response) => (response.ok ? ((await response.json()) as { name: string }).name : ""))
    .catch(() => "");
  return asked;
}
