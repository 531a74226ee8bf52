import { describeScalar } from "./describe-scalar.ts";

describeScalar("ID", {
  expected: "an ID (a text or an integer)",
  good: [
    ['"a-7"', "a-7"],
    ['""', ""],
    ["7", "7"],
    ["7.0", "7"],
    ["-0", "0"],
    ["1e3", "1000"],
    ["9007199254740993", "9007199254740993"],
    ["-123456789012345678901234567890", "-123456789012345678901234567890"],
    ["1e22", "10000000000000000000000"],
  ],
  bad: [
    ["1.5", "the number 1.5"],
    ["12345678901234567890.5", "the number 12345678901234567890.5"],
    ["true", "true"],
    ["{}", "an object"],
    ["[]", "an array"],
    ["1e999", "a number beyond the range of a double"],
  ],
  goodText: [["007", "007"]],
  badText: [],
});

describeScalar("String", {
  expected: "a String",
  good: [
    ['"zürich 😀"', "zürich 😀"],
    ['"\\ud83d\\ude00"', "😀"],
    ['""', ""],
    ['"\\u0000"', "\0"],
  ],
  bad: [
    ["7", "the number 7"],
    ["true", "true"],
    ["{}", "an object"],
    ['["a"]', "an array"],
  ],
  goodText: [
    ["42", "42"],
    ["", ""],
  ],
  badText: [],
});

describeScalar("Boolean", {
  expected: "a Boolean (true or false)",
  good: [
    ["true", true],
    ["false", false],
  ],
  bad: [
    ["1", "the number 1"],
    ['"true"', 'the text "true"'],
  ],
  goodText: [
    ["true", true],
    ["false", false],
  ],
  badText: ["", "TRUE", "1"],
});

describeScalar("UUID", {
  expected: "a UUID (like 123e4567-e89b-12d3-a456-426614174000)",
  good: [
    ['"123E4567-E89B-12D3-A456-426614174000"', "123e4567-e89b-12d3-a456-426614174000"],
    ['"00000000-0000-0000-0000-000000000000"', "00000000-0000-0000-0000-000000000000"],
  ],
  bad: [
    ['"123e4567e89b12d3a456426614174000"', 'the text "123e4567e89b12d3a456426614174000"'],
    ['"{123e4567-e89b-12d3-a456-426614174000}"', 'the text "{123e4567-e89b-12d3-a456-426614174000}"'],
    ['"123g4567-e89b-12d3-a456-426614174000"', 'the text "123g4567-e89b-12d3-a456-426614174000"'],
    ["7", "the number 7"],
  ],
  goodText: [["123E4567-E89B-12D3-A456-426614174000", "123e4567-e89b-12d3-a456-426614174000"]],
  badText: ["", "7"],
});

describeScalar("Bytes", {
  expected: "Bytes (padded base64 text)",
  good: [
    ['""', ""],
    ['"AQ=="', "AQ=="],
    ['"+/+/"', "+/+/"],
  ],
  bad: [
    ['"AQ"', 'the text "AQ"'],
    ['"AR=="', 'the text "AR=="'],
    ['"-_-_"', 'the text "-_-_"'],
    ['"A Q="', 'the text "A Q="'],
    ["1", "the number 1"],
  ],
  goodText: [["AQ==", "AQ=="]],
  badText: ["AQ", "*"],
});
