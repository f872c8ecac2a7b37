// Sells at a desk: PSAM PIN, top-up with a journal, information and records.
//
//   node top_up.js <folder>/wellkey.node FEN DATE TIME JOURNAL [TERMINALKEY]
//
// The PSAM's PIN comes on standard input. TERMINALKEY is a file with the 16 bytes of the desk's key, for
// a PSAM that is bound to its desk.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

function check(answer) {
  if (answer.result !== 0) throw new Error(answer.text);
  return answer;
}

// Durable before the card gets its money; anything but true stops the top-up.
function journalWriter(file) {
  return (topup) => {
    const line =
      `${topup.card_number} ${topup.amount_fen} fen on ${topup.balance_before_fen}, ` +
      `counter ${topup.online_counter}, terminal ${topup.terminal}\n`;
    const journal = fs.openSync(file, 'a');
    fs.writeSync(journal, line);
    fs.fsyncSync(journal);
    fs.closeSync(journal);
    return true;
  };
}

// One block under the desk's terminal key. Suite 0, 3DES, is left out.
const CIPHERS = { 4: 'sm4-ecb', 5: 'aes-128-ecb' };

function terminal(file) {
  const key = fs.readFileSync(file);
  return (suite, challenge) => {
    const cipher = crypto.createCipheriv(CIPHERS[suite], key, null).setAutoPadding(false);
    return Buffer.concat([cipher.update(challenge), cipher.final()]);
  };
}

function sell(wellkey, port, [fen, date, time, journal]) {
  const order = { amount_fen: Number(fen), date, time };
  const done = check(wellkey.purchase(port, order, journalWriter(journal)));
  console.log(`sold    ${done.amount_fen} fen, balance ${done.balance_after_fen} fen`);
}

function show(wellkey, port) {
  const card = check(wellkey.readCardInformation(port));
  console.log(`card    ${card.card_number} county ${card.county}`);
  for (const record of check(wellkey.getRecords(port)).records) {
    const type = record.type.toString(16).padStart(2, '0');
    console.log(`record  ${type} ${record.amount_fen} fen counter ${record.counter}`);
  }
}

function main([module, ...order]) {
  if (order.length < 4 || order.length > 5)
    throw new Error('usage: top_up.js MODULE FEN DATE TIME JOURNAL [TERMINALKEY]');
  const proofs = order.slice(4).map(terminal);
  const wellkey = require(path.resolve(module));
  const pin = fs.readFileSync(0, 'utf8').trim();
  const { port } = check(wellkey.openPort());
  try {
    check(wellkey.psamVerifyPin(port, pin, ...proofs));
    sell(wellkey, port, order);
    show(wellkey, port);
  } finally {
    wellkey.closePort(port);
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(`top_up: ${error.message}`);
  process.exitCode = 1;
}
