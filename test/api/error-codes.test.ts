import { describe, expect, test } from "vitest";
import { clientErrorFacts } from "../../src/api/error-codes.ts";
import { clientErrorCodes, internalErrorCodes } from "../../src/base/errors.ts";

describe("error codes", () => {
  test("are those of the golden file: removing or renaming one breaks clients", async () => {
    const client = clientErrorCodes.map((code) => {
      const { httpStatus, isRetriable, retryAfterSeconds } = clientErrorFacts[code];
      const retryAfter = retryAfterSeconds === undefined ? "" : ` retry-after=${retryAfterSeconds}`;
      return `${code} client http=${httpStatus} retriable=${isRetriable}${retryAfter}`;
    });
    const internal = internalErrorCodes.map((code) => `${code} internal masked=INTERNAL_SERVER_ERROR`);
    await expect(`${[...client, ...internal].join("\n")}\n`).toMatchFileSnapshot("../golden/error-codes.txt");
  });
});
