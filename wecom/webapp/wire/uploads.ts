// Files on their way up, by tus: in pieces, each as often as it takes, from where it stopped before.
import type { Attached } from "./pending";
import { csrfHeader, Refused, Unreachable } from "./http";

const PIECE = 8 * 1024 * 1024;

export interface Uploading {
  file: Blob;
  about: Attached;
  moved(sent: number, url?: string): void;
  signal: AbortSignal;
}

/** The id of the upload, once all of it is on the server. */
export async function upload({ file, about, moved, signal }: Uploading): Promise<string> {
  const { DetailedError, Upload } = await import("tus-js-client");
  return new Promise((resolve, reject) => {
    const under: InstanceType<typeof Upload> = new Upload(file, {
      endpoint: "/api/uploads",
      uploadUrl: about.url ?? null,
      chunkSize: PIECE,
      metadata: { filename: about.name },
      // What failed is tried again by whoever asked for it, who knows whether there is a network.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onBeforeRequest(request) {
        for (const [name, value] of Object.entries(csrfHeader())) request.setHeader(name, value);
      },
      onUploadUrlAvailable: () => moved(0, under.url ?? undefined),
      onProgress: (sent) => moved(sent),
      onSuccess: () => resolve(under.url!.split("/").at(-1)!),
      onError(error) {
        const response = error instanceof DetailedError ? error.originalResponse : null;
        reject(response ? refused(response.getStatus(), response.getBody(), response.getHeader("Retry-After")) : unreachable(error));
      },
    });
    const stop = (): void => {
      void under.abort();
      reject(new DOMException("stopped", "AbortError"));
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    under.start();
  });
}

const unreachable = (error: Error): Unreachable => new Unreachable(error.message);

function refused(status: number, body: string, waits: string | undefined): Refused {
  const refusal = { error: "NotOurs", message: `${status}`, request_id: "", facts: {} };
  try {
    Object.assign(refusal, JSON.parse(body));
  } catch {
    // A proxy's page: its status says all there is to say.
  }
  const seconds = Number(waits);
  return new Refused(status, refusal, waits && Number.isFinite(seconds) ? seconds : null);
}
