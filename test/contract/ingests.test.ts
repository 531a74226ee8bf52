import { describeIngestContract } from "./ingest-contract.ts";
import { openBorderFixture, openFileFixture, openInlineFixture } from "./ingest-fixture.ts";

describeIngestContract("a log in memory, on this thread,", openInlineFixture);
describeIngestContract("a log in memory, across the border of one worker,", () => openBorderFixture(1));
describeIngestContract("a log in memory, across the borders of three workers,", () => openBorderFixture(3));
describeIngestContract("files, on this thread,", () => openFileFixture(0));
describeIngestContract("files, in a worker thread,", () => openFileFixture(1));
describeIngestContract("files, in two worker threads,", () => openFileFixture(2));
