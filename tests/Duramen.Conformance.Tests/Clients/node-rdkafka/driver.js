// Drives node-rdkafka, the JavaScript client on a recent librdkafka.
'use strict'

const { promisify } = require('util')
const rdkafka = require('node-rdkafka')
const { emit, toBytes, toText, valueOf, stopped, run } = require('../protocol')

const PATIENCE_MS = 30000
const { ERR__ASSIGN_PARTITIONS, ERR__REVOKE_PARTITIONS } = rdkafka.CODES.ERRORS

const config = (request, more) => ({
  'bootstrap.servers': request.bootstrap,
  'reconnect.backoff.max.ms': 500,
  ...(request.ca ? { 'security.protocol': 'ssl', 'ssl.ca.location': request.ca } : {}),
  ...more,
})

const errorCode = error => error.code

// Delivery reports say what is wrong in words alone.
const deliveryErrors = { 'message size too large': rdkafka.CODES.ERRORS.ERR_MSG_SIZE_TOO_LARGE }

const connect = client => new Promise((resolve, reject) => {
  client.connect({ timeout: PATIENCE_MS }, error => (error ? reject(error) : resolve(client)))
})

async function produce(request) {
  const producer = new rdkafka.Producer(config(request, {
    'compression.codec': request.codec || 'none',
    'message.max.bytes': 100000000,
    'linger.ms': 20,
    'enable.idempotence': request.idempotent || false,
    dr_cb: true,
    ...(request.batch ? { 'batch.num.messages': request.batch } : {}),
  }), { 'request.required.acks': request.acks === undefined ? -1 : request.acks, partitioner: 'murmur2_random' })
  let open = 0
  let answered = () => {}
  producer.on('delivery-report', (error, report) => {
    if (error) emit({ record: report.opaque, error: deliveryErrors[error.message] || error.code, message: error.message })
    else emit({ record: report.opaque, partition: report.partition, offset: report.offset })
    open--
    answered()
  })
  await connect(producer)
  producer.setPollInterval(10)
  const room = async most => { while (open > most) await new Promise(resolve => { answered = resolve }) }
  const send = (index, record) => {
    const headers = (record.headers || []).map(([name, value]) => ({ [name]: toBytes(value) }))
    producer.produce(request.topic, record.partition === undefined ? null : record.partition, valueOf(record), toBytes(record.key), record.timestamp, index, headers)
    open++
  }

  if (request.endless) {
    let going = true
    stopped().then(() => { going = false })
    for (let index = 0; going; index++) {
      send(index, { partition: 0, value: String(index) })
      await room(50)
    }
  } else {
    request.records.forEach((record, index) => send(index, record))
  }
  await room(0)
  await promisify(producer.disconnect.bind(producer))(PATIENCE_MS)
}

function emitMessage(message) {
  emit({
    partition: message.partition,
    offset: message.offset,
    key: toText(message.key),
    value: toText(message.value),
    headers: (message.headers || []).flatMap(header => Object.entries(header).map(([name, value]) => [name, toText(value)])),
    timestamp: message.timestamp,
    timestampType: null,
  })
}

async function consume(request) {
  const { topic, start, partitionList } = request
  const consumer = new rdkafka.KafkaConsumer(config(request, {
    'group.id': 'unused', 'enable.partition.eof': true, 'enable.auto.commit': false, 'fetch.wait.max.ms': 100,
  }), { 'auto.offset.reset': 'error' })
  await connect(consumer)
  let places = partitionList.map(partition => ({ topic, partition, offset: start.offset }))
  if (start.reset) places.forEach(place => { place.offset = start.reset === 'earliest' ? -2 : -1 })
  if (start.time !== undefined) {
    places.forEach(place => { place.offset = start.time })
    places = await promisify(consumer.offsetsForTimes.bind(consumer))(places, PATIENCE_MS)
  }
  let seen = 0
  let open = partitionList.length
  await new Promise((resolve, reject) => {
    const check = () => (request.count === undefined ? open === 0 : seen >= request.count) && resolve()
    consumer.on('partition.eof', ({ partition, offset }) => {
      open--
      emit({ eof: partition, offset })
      check()
    })
    consumer.on('event.error', reject)
    consumer.on('data', message => {
      seen++
      emitMessage(message)
      check()
    })
    consumer.assign(places)
    consumer.consume()
  })
}

async function group(request) {
  const consumer = new rdkafka.KafkaConsumer(config(request, {
    'group.id': request.group,
    'enable.auto.commit': false,
    'session.timeout.ms': request.sessionMs || 10000,
    'heartbeat.interval.ms': 200,
    'fetch.wait.max.ms': 100,
    'partition.assignment.strategy': request.strategy || 'range',
    ...(request.instance ? { 'group.instance.id': request.instance } : {}),
    rebalance_cb: (event, assignment) => {
      const cooperative = consumer.rebalanceProtocol() === 'COOPERATIVE'
      if (event.code === ERR__ASSIGN_PARTITIONS) {
        emit({ assigned: assignment.map(({ partition }) => partition) })
        cooperative ? consumer.incrementalAssign(assignment) : consumer.assign(assignment)
      } else if (event.code === ERR__REVOKE_PARTITIONS) {
        emit({ revoked: assignment.map(({ partition }) => partition) })
        cooperative ? consumer.incrementalUnassign(assignment) : consumer.unassign()
      }
    },
  }), { 'auto.offset.reset': 'earliest' })
  consumer.on('event.error', error => emit({ trouble: error.message }))
  await connect(consumer)
  consumer.subscribe([request.topic])
  let going = true
  stopped().then(() => { going = false })
  while (going) {
    const messages = await new Promise(resolve => consumer.consume(1, (error, found) => resolve(error ? [] : found)))
    for (const message of messages) {
      emitMessage(message)
      try {
        consumer.commitMessageSync(message)
        emit({ committed: message.partition, offset: message.offset + 1 })
      } catch (error) {
        emit({ trouble: error.message })
      }
    }
    if (messages.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
  }
  await promisify(consumer.disconnect.bind(consumer))()
  emit({ closed: true })
}

const admin = (call, ...names) => async request => {
  const client = rdkafka.AdminClient.create(config(request))
  await promisify(client[call].bind(client))(...names.map(name => name(request)), PATIENCE_MS)
  emit({ ok: true })
}

const topicOf = request => request.topic
const partitionsOf = request => request.partitions
const newTopicOf = request => ({ topic: request.topic, num_partitions: request.partitions, replication_factor: 1, config: request.config || {} })

async function describe(request) {
  const client = await connect(new rdkafka.Producer(config(request)))
  const { topics } = await promisify(client.getMetadata.bind(client))({ topic: request.topic, timeout: PATIENCE_MS })
  emit({ partitions: topics.find(({ name }) => name === request.topic).partitions.length })
}

async function lag(request) {
  const consumer = await connect(new rdkafka.KafkaConsumer(config(request, { 'group.id': request.group })))
  const places = request.partitionList.map(partition => ({ topic: request.topic, partition }))
  const committed = await promisify(consumer.committed.bind(consumer))(places, PATIENCE_MS)
  for (const { partition, offset } of committed) {
    const { highOffset } = await promisify(consumer.queryWatermarkOffsets.bind(consumer))(request.topic, partition, PATIENCE_MS)
    emit({ partition, committed: offset === undefined ? -1 : offset, end: highOffset })
  }
}

run({
  produce, consume, group, lag, describe,
  create: admin('createTopic', newTopicOf), grow: admin('createPartitions', topicOf, partitionsOf), delete: admin('deleteTopic', topicOf),
}, errorCode)
