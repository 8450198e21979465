// An upload by tus-js-client, for test_tus_client.py: prints a line of JSON after each chunk and at the end.
// Its one argument is JSON: {url, cookie, origin, key, path, links, chunkBytes, pauseAfterBytes?}.

import { createReadStream, statSync } from "node:fs";
import { argv, exit, stdout } from "node:process";

import { FileUrlStorage, Upload } from "tus-js-client";

const { url, cookie, origin, key, path, links, chunkBytes, pauseAfterBytes = 0 } = JSON.parse(argv[2]);
const say = (data) => stdout.write(`${JSON.stringify(data)}\n`);
let hasPaused = false;

const upload = new Upload(createReadStream(path), {
  endpoint: url,
  headers: { Cookie: cookie, Origin: origin },
  metadata: { key, filename: "Zoë.bin", filetype: "application/octet-stream" },
  chunkSize: chunkBytes,
  uploadSize: statSync(path).size,
  retryDelays: Array(40).fill(250),
  urlStorage: new FileUrlStorage(links),
  fingerprint: async () => key,
  storeFingerprintForResuming: true,
  onChunkComplete: async (_size, accepted) => {
    say({ accepted });
    if (pauseAfterBytes && accepted >= pauseAfterBytes && !hasPaused) {
      hasPaused = true;
      await upload.abort();
      say({ paused: accepted });
      upload.start();
    }
  },
  onError: (error) => {
    say({ error: String(error) });
    exit(1);
  },
  onSuccess: () => {
    say({ done: upload.url });
    exit(0);
  },
});

const [previous] = await upload.findPreviousUploads();
if (previous) upload.resumeFromPreviousUpload(previous);
say({ resumed: Boolean(previous) });
upload.start();
