// What the drivers in JavaScript have in common: one JSON document as argument, JSON lines as answer, the end of standard input as the sign to stop.
'use strict'

const fs = require('fs')

// Written at once: what a pipe still holds when the process exits would be lost.
function emit(line) {
  const data = Buffer.from(JSON.stringify(line) + '\n')
  for (let written = 0; written < data.length;) {
    try {
      written += fs.writeSync(1, data, written)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

// Bytes travel as text with one character from U+0000 to U+00FF for each.
const toBytes = text => (text === null || text === undefined ? null : Buffer.from(text, 'latin1'))
const toText = data => (data === null || data === undefined ? null : Buffer.from(data).toString('latin1'))

function valueOf(record) {
  const value = toBytes(record.value)
  return value === null ? null : Buffer.concat(Array(record.times || 1).fill(value))
}

const stopped = () => new Promise(resolve => process.stdin.on('end', resolve).resume())

// Does what the argument says; errorCode finds the number of the protocol's error in an error of the client, or gives undefined.
async function run(commands, errorCode) {
  const request = JSON.parse(process.argv[2])
  try {
    await commands[request.do](request)
  } catch (error) {
    emit({ error: errorCode(error) || 0, message: `${error.name}: ${error.message}` })
  }
  process.exit(0)
}

module.exports = { emit, toBytes, toText, valueOf, stopped, run }
