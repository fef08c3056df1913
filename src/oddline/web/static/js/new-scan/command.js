/* The answers as a command for a terminal, which finds the same. */

import { judges } from "./answers.js";

const PLAIN = /^[\w@%+=:,./-]+$/;

/* Quotes a word for a POSIX shell; characters that nobody sees are written out. */
export function quote(word) {
  const text = String(word);
  if (PLAIN.test(text)) return text;
  if (/[\p{Cc}\p{Cf}]/u.test(text)) {
    const escaped = JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'");
    return `$'${escaped.replace(/[\p{Cc}\p{Cf}]/gu, (sign) => `\\u${sign.codePointAt(0).toString(16).padStart(4, "0")}`)}'`;
  }
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function value(setting) {
  return typeof setting === "object" ? JSON.stringify(setting) : String(setting);
}

function baseline({ kind, name }) {
  if (kind === "none" || !name) return [];
  if (kind === "model") return [`--model ${quote(name.endsWith(".odd") ? name : `${name}.odd`)}`];
  return [`--baseline ${quote(name)}`];
}

function tables(told) {
  const options = [];
  if (told.header === false) options.push("--no-header");
  if (told.label_column) options.push(`--label-column ${quote(told.label_column)}`);
  for (const column of told.drop ?? []) options.push(`--drop ${quote(column)}`);
  return options;
}

function judging(answers) {
  return [
    ...(answers.detector.name === "auto" ? [] : [`--detector ${quote(answers.detector.name)}`]),
    ...Object.entries(answers.settings).map(([name, setting]) => `--set ${quote(`${name}=${value(setting)}`)}`),
    ...(answers.by ? [`--by ${quote(answers.by)}`] : []),
    ...(answers.quantile !== null ? [`--quantile ${answers.quantile}`] : []),
    ...(answers.seed ? [`--seed ${answers.seed}`] : []),
  ];
}

/* One option a line where the command would be longer than a line. */
export function command(answers) {
  const words = answers.files.map((file) => quote(file.name));
  const options = [
    ...baseline(answers.baseline),
    ...(judges(answers) ? judging(answers) : []),
    ...(answers.format ? [`--format ${quote(answers.format)}`] : []),
    ...(answers.budget ? [`--budget ${answers.budget}`] : []),
    ...(answers.mask ? ["--mask-pii"] : []),
    ...tables(answers.tables ?? {}),
  ];
  const first = `oddline scan ${words.join(" ") || "FILE"}`;
  const whole = [first, ...options].join(" ");
  return whole.length <= 44 ? whole : [first, ...options].join(" \\\n  ");
}
