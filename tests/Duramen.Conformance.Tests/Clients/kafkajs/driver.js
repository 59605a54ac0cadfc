// Drives kafkajs, the client in pure JavaScript.
'use strict'

const fs = require('fs')
const { CompressionTypes, ConfigResourceTypes, Kafka, logLevel } = require('kafkajs')
const { emit, toBytes, toText, valueOf, stopped, run } = require('../protocol')

const codecs = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP }

const connect = request => new Kafka({
  brokers: [request.bootstrap],
  clientId: request.instance || 'kafkajs',
  logLevel: logLevel.NOTHING,
  ssl: request.ca ? { ca: [fs.readFileSync(request.ca)] } : undefined,
  retry: { initialRetryTime: 50, maxRetryTime: 1000, retries: 60 },
})

// A refusal is the cause of the error that says that the retries are used up.
function errorCode(error) {
  for (let cause = error; cause; cause = cause.cause || (cause.errors || [])[0]) {
    if (typeof cause.code === 'number') return cause.code
  }
}

const fromHeaders = headers => (headers || []).reduce((all, [name, value]) => ({ ...all, [name]: [...(all[name] || []), toBytes(value)] }), {})
const toHeaders = headers => Object.entries(headers || {}).flatMap(([name, values]) => [values].flat().map(value => [name, toText(value)]))

async function produce(request) {
  const producer = connect(request).producer({ idempotent: request.idempotent || false, maxInFlightRequests: request.idempotent ? 1 : undefined })
  await producer.connect()
  const send = records => producer.send({
    topic: request.topic,
    acks: request.acks === undefined ? -1 : request.acks,
    compression: codecs[request.codec || 'none'],
    messages: records.map(record => ({
      partition: record.partition,
      key: toBytes(record.key),
      value: valueOf(record),
      headers: fromHeaders(record.headers),
      timestamp: record.timestamp === undefined ? undefined : String(record.timestamp),
    })),
  })

  if (request.endless) {
    let going = true
    stopped().then(() => { going = false })
    for (let index = 0; going; index++) {
      const [answer] = await send([{ partition: 0, value: String(index) }])
      emit({ record: index, partition: answer.partition, offset: Number(answer.baseOffset) })
    }
  } else {
    const size = request.batch || request.records.length
    for (let first = 0; first < request.records.length; first += size) {
      const batch = request.records.slice(first, first + size)
      const answers = await send(batch)
      // kafkajs says the first offset of each partition; the records of one partition follow each other.
      if (answers.length === 1 && answers[0].baseOffset !== undefined) {
        batch.forEach((_, index) => emit({ record: first + index, partition: answers[0].partition, offset: Number(answers[0].baseOffset) + index }))
      }
    }
  }
  await producer.disconnect()
}

function emitMessage(partition, message, kind) {
  emit({
    partition,
    offset: Number(message.offset),
    key: toText(message.key),
    value: toText(message.value),
    headers: toHeaders(message.headers),
    timestamp: Number(message.timestamp),
    timestampType: kind,
  })
}

// A kafkajs consumer always is in a group; one of its own, whose offsets are set before it runs, stands for a consumer without.
async function consume(request) {
  const { topic, start, partitionList: partitions } = request
  const admin = connect(request).admin()
  await admin.connect()
  const numbers = offsets => new Map(offsets.map(({ partition, offset, high }) => [partition, Number(high || offset)]))
  const ends = numbers(await admin.fetchTopicOffsets(topic))
  const times = start.time === undefined ? undefined : numbers(await admin.fetchTopicOffsetsByTimestamp(topic, start.time))
  await admin.disconnect()

  const consumer = connect(request).consumer({ groupId: `kafkajs-${topic}-${process.pid}-${Date.now()}`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: start.reset === 'earliest' })
  let seen = 0
  const open = new Set(partitions)
  await new Promise((resolve, reject) => {
    const check = () => (request.count === undefined ? open.size === 0 : seen >= request.count) && resolve()
    const ended = partition => {
      if (open.delete(partition)) emit({ eof: partition, offset: ends.get(partition) })
      check()
    }
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    // Says nothing when everything is read: a partition has ended when the next record would be the one at its end.
    consumer.on(consumer.events.FETCH, () => {
      for (const partition of partitions) {
        const first = times ? times.get(partition) : start.offset !== undefined ? start.offset : start.reset === 'latest' ? ends.get(partition) : 0
        if (ends.get(partition) <= first) ended(partition)
      }
    })
    consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
        for (const message of batch.messages) {
          if (!partitions.includes(batch.partition)) continue
          emitMessage(batch.partition, message, message.batchContext && message.batchContext.timestampType === 1 ? 'append' : 'create')
          resolveOffset(message.offset)
          seen++
          if (Number(message.offset) === ends.get(batch.partition) - 1) ended(batch.partition)
          check()
        }
        await heartbeat()
      },
    }).catch(reject)
    for (const partition of partitions) {
      const offset = start.offset !== undefined ? start.offset : times && times.get(partition)
      if (offset !== undefined) consumer.seek({ topic, partition, offset: String(offset) })
    }
  })
}

async function group(request) {
  const consumer = connect(request).consumer({
    groupId: request.group,
    sessionTimeout: request.sessionMs || 10000,
    heartbeatInterval: 200,
    maxWaitTimeInMs: 100,
  })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => emit({ assigned: payload.memberAssignment[request.topic] || [] }))
  consumer.on(consumer.events.REBALANCING, () => emit({ revoked: [] }))
  consumer.on(consumer.events.CRASH, ({ payload }) => emit({ trouble: payload.error.message }))
  await consumer.connect()
  await consumer.subscribe({ topic: request.topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      emitMessage(partition, message, null)
      const offset = Number(message.offset) + 1
      await consumer.commitOffsets([{ topic: request.topic, partition, offset: String(offset) }])
      emit({ committed: partition, offset })
    },
  })
  await stopped()
  await consumer.disconnect()
  emit({ closed: true })
}

const admin = action => async request => {
  const client = connect(request).admin()
  await client.connect()
  emit(await action(client, request) || { ok: true })
}

// kafkajs says false, and no error, of a topic that exists.
const TOPIC_ALREADY_EXISTS = 36

const create = async (client, { topic, partitions, config }) => {
  const created = await client.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries: Object.entries(config || {}).map(([name, value]) => ({ name, value })) }] })
  if (!created) throw Object.assign(new Error('exists'), { code: TOPIC_ALREADY_EXISTS })
}

const describe = async (client, { topic }) => {
  const { topics } = await client.fetchTopicMetadata({ topics: [topic] })
  return { partitions: topics[0].partitions.length }
}

const configs = async (client, { topic }) => {
  const { resources } = await client.describeConfigs({ resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] })
  return { config: Object.fromEntries(resources[0].configEntries.map(entry => [entry.configName, entry.configValue])) }
}

const alter = async (client, { topic, config }) => {
  await client.alterConfigs({ resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: Object.entries(config).map(([name, value]) => ({ name, value })) }] })
}

const grow = async (client, { topic, partitions }) => { await client.createPartitions({ topicPartitions: [{ topic, count: partitions }] }) }

const trim = async (client, { topic, partition, offset }) => {
  // deleteTopicRecords only knows the topics that the client has asked for before.
  await client.fetchTopicOffsets(topic)
  await client.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] })
}

const remove = async (client, { topic }) => { await client.deleteTopics({ topics: [topic] }) }
const groups = async client => ({ groups: (await client.listGroups()).groups.map(({ groupId }) => groupId) })

const describeGroup = async (client, request) => {
  const [found] = (await client.describeGroups([request.group])).groups
  return { state: found.state, members: found.members.length }
}

const deleteGroup = async (client, request) => { await client.deleteGroups([request.group]) }

async function lag(request) {
  const client = connect(request).admin()
  await client.connect()
  const [{ partitions }] = await client.fetchOffsets({ groupId: request.group, topics: [request.topic] })
  const ends = await client.fetchTopicOffsets(request.topic)
  for (const { partition, offset } of partitions) {
    emit({ partition, committed: Number(offset), end: Number(ends.find(end => end.partition === partition).high) })
  }
}

run({
  produce, consume, group, lag, create: admin(create), describe: admin(describe), configs: admin(configs), alter: admin(alter), grow: admin(grow), trim: admin(trim),
  delete: admin(remove), groups: admin(groups), describeGroup: admin(describeGroup), deleteGroup: admin(deleteGroup),
}, errorCode)
