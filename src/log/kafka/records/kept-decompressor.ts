import { constants } from "node:zlib";
import type { Gunzip, ZstdDecompress } from "minizlib";

/** Bytes that are decompressed at once: most batches. Node's default is 16 KiB, and a copy of all pieces at the end. */
const chunkSize = 64 * 1024;

type Stream = Gunzip | ZstdDecompress;

/**
 * Undoes one codec with one decompressor for all that comes: to open one costs more than to decompress a batch of 16 KB, and
 * the collector runs for it. Node itself opens one for each call (`zstdDecompressSync`), or works in its thread pool.
 */
class KeptDecompressor {
  readonly #open: () => Stream;
  #stream: Stream | undefined;
  #pieces: Buffer[] = [];
  #failure: unknown;

  constructor(open: () => Stream) {
    this.#open = open;
  }

  /**
   * The bytes as they were before compression, the caller's from now on. Throws what Node says of bytes that cannot be
   * decompressed, or end too early; what comes after is decompressed anew.
   */
  decompress(bytes: Buffer): Buffer {
    this.#stream ??= this.#listenTo(this.#open());
    this.#stream.reset();
    this.#stream.write(bytes);
    const pieces = this.#pieces;
    this.#pieces = [];
    const failure = this.#failure;
    if (failure !== undefined) {
      this.#stream = undefined; // its failure has closed it
      this.#failure = undefined;
      throw failure instanceof Error && failure.cause !== undefined ? failure.cause : failure;
    }
    const [piece] = pieces;
    return piece !== undefined && pieces.length === 1 ? piece : Buffer.concat(pieces);
  }

  /** Streams of minizlib do all they do within `write`. */
  #listenTo(stream: Stream): Stream {
    stream.on("data", (piece) => this.#pieces.push(piece));
    stream.on("error", (error) => {
      this.#failure = error;
    });
    return stream;
  }
}

// Each write is the whole of what was compressed (`flush`): bytes that end too early are an error of that write.

/** Makes what undoes zstd. */
export function keepZstd({ ZstdDecompress }: typeof import("minizlib")): (bytes: Buffer) => Buffer {
  const options = { chunkSize, flush: constants.ZSTD_e_end };
  const kept = new KeptDecompressor(() => new ZstdDecompress(options));
  return (bytes) => kept.decompress(bytes);
}

/** Makes what undoes gzip. */
export function keepGunzip({ Gunzip }: typeof import("minizlib")): (bytes: Buffer) => Buffer {
  const options = { chunkSize, flush: constants.Z_FINISH };
  const kept = new KeptDecompressor(() => new Gunzip(options));
  return (bytes) => kept.decompress(bytes);
}
