// A department's own system on Node.js, in one file: takes its orders from Kafka, opens the sealed block, answers, and
// keeps a picture of all its orders. Needs kafkajs and jose, and nothing of Backstop. See README.md for the settings.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { CompactEncrypt, base64url, compactDecrypt } from "jose";
import { Kafka, logLevel } from "kafkajs";

const SPACE = "6f2d8f0e-5f0b-4c5e-9d58-0f3a3d0c7a11"; // names our own replies: the same reply, the same id
const SEALED = "见密封内容"; // what stands in clear where the words are sealed
const AGAIN = 65_000; // ms until all orders may be asked for once more
const LOOK = 300; // ms between two looks at what is to be done

const { values: chosen } = parseArgs({
  options: {
    state: { type: "string" }, // where the picture of our orders is kept
    keys: { type: "string" }, // a JWK set with further keys
    "accept-only": { type: "boolean", default: false },
    reply: { type: "string", default: "planned" }, // planned, solved, progressed, returned
    proposed: { type: "string" }, // with --reply returned: code of the better department
    order: { type: "string" }, // answer on this order number only
    once: { type: "string" }, // stop after so many idle seconds
  },
});
const setting = (name) => {
  if (!process.env[name]) throw new Error(`${name} is missing: see README.md`);
  return process.env[name];
};
const department = setting("BACKSTOP_DEPARTMENT");
const kid = setting("BACKSTOP_KEY_ID");
const prefix = process.env.BACKSTOP_TOPIC_PREFIX ?? "";
const orders_topic = `${prefix}backstop.department.${department}`;
const group = `${prefix}department-${department}`;
const path = chosen.state ?? `var/department-${department}.json`;
const further = chosen.keys ? JSON.parse(readFileSync(chosen.keys, "utf8")).keys : [];
const keys = Object.fromEntries(
  [{ kid, k: setting("BACKSTOP_KEY") }, ...further].map((key) => [key.kid, base64url.decode(key.k)]),
);

// --- the picture: our orders by id, our unanswered replies by id; no name and no number of a person in clear

const kept = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
let lost = !("replies" in kept); // there is none, or one of an earlier version
const orders = lost ? {} : kept.orders;
const replies = lost ? {} : kept.replies;
let ask_at = Infinity; // when to ask for all open orders
const progressed = new Set();

function keep() {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify({ orders, replies }, null, 1));
  renameSync(`${path}.new`, path); // in one step: a crash leaves the old one or the new one
}

const order_of = (id) => (orders[id] ??= { version: 0, part: "none", state: "" });
const waits = (id) => Object.values(replies).some((reply) => reply.order === id && !reply.refused);

// One message of our topic; types that we do not know are for others.
function take(type, body) {
  switch (type) {
    case "department.order.issued.v1": {
      const { number, issued_on, question, trial, sealed, words } = body; // blocks are opened when we need them
      Object.assign(order_of(body.order), { number, issued_on, question, trial, sealed, words });
      break;
    }
    case "department.order.state.v1":
      stated(body);
      break;
    case "department.order.reminded.v1":
      console.log(`${body.number} ${body.overdue ? "is overdue" : "is due"}: ${body.clock} ${body.due}`);
      break;
    case "department.reply.accepted.v1":
      delete replies[body.reply_id];
      break;
    case "department.reply.refused.v1":
      refused(body);
      break;
    case "department.meeting.noticed.v1":
      console.log(`joint meeting on ${body.on}: ${body.titles.length} of our items`);
  }
}

// How an order stands; of two states the one with the higher version holds.
function stated(body) {
  const order = order_of(body.order);
  if (body.version <= order.version) return;
  const { number, version, part, state, turn } = body;
  const due = Object.fromEntries(body.clocks.map((clock) => [clock.clock, clock.due]));
  Object.assign(order, { number, version, part, state, turn, due });
  for (const [id, reply] of Object.entries(replies)) {
    if (reply.order === body.order && reply.refused) delete replies[id]; // the order has changed since
  }
  console.log(`${number} ${body.change}: ${part} ${state}`);
}

function refused(body) {
  console.log(`${body.order || body.reply} our reply was refused: ${body.reason}`);
  const reply = replies[body.reply_id];
  if (reply && body.code !== "postponed") reply.refused = true; // that one is kept, and answered once more
  if (body.code === "too_often") ask_at = Date.now() + AGAIN;
}

// --- what we answer follows from the picture alone

// Answer what is ours to answer; false: there is nothing to do.
async function act() {
  let acted = false;
  if (Date.now() >= ask_at) {
    ask_at = Infinity;
    acted = await say("orders.requested", department, String(Date.now()), {});
  }
  for (const [id, order] of Object.entries(orders)) {
    const ours = order.part === "lead" && order.sealed && !waits(id);
    const answer = ours ? answer_to(id, order) : undefined;
    if (answer) acted = (await reply(id, order, answer)) || acted;
  }
  return acted;
}

function answer_to(id, order) {
  const asked = chosen.reply;
  const this_one = !chosen["accept-only"] && (!chosen.order || chosen.order === order.number);
  if (order.state === "issued") return this_one && asked === "returned" ? "returned" : "accepted";
  if (!this_one || !["accepted", "under_way"].includes(order.state)) return undefined;
  if (asked === "progressed" && !progressed.has(id)) {
    progressed.add(id);
    return asked;
  }
  return asked === "solved" || (asked === "planned" && order.state === "accepted") ? asked : undefined;
}

async function reply(id, order, answer) {
  const fields = { order: id };
  if (answer === "accepted") {
    // the household to look up, and in the words of people what is asked: in clear stands a fixed phrase
    const told = { ...(await opened(order.sealed)), ...(order.words && (await opened(order.words))) };
    console.log(`${order.number} ${order.question} (sealed: ${Object.keys(told).sort().join(", ")})`);
    fields.handler = `${department}-01`;
  } else if (answer === "returned") {
    Object.assign(fields, { reason: SEALED, sealed: await sealed("不属于本部门职责") });
    if (chosen.proposed) fields.proposed = chosen.proposed;
  } else if (answer === "progressed") {
    Object.assign(fields, { explanation: SEALED, sealed: await sealed("施工队已进场") });
  } else if (answer === "planned") {
    const explained = { explanation: SEALED, sealed: await sealed("已鉴定房屋，列入改造计划") };
    Object.assign(fields, explained, { expected_on: order.due.solve ?? null, head_signed: true });
  } else {
    const explained = { explanation: SEALED, sealed: await sealed("改造完工，已验收") };
    Object.assign(fields, explained, { own_system_updated: true, head_signed: true });
  }
  const reports = ["planned", "solved"].includes(answer);
  if (reports) fields.result = answer;
  const type = `order.${reports ? "reported" : answer}`;
  const sent = await say(type, id, `${order.version} ${answer}`, fields);
  if (sent) console.log(`${order.number} we answered: ${answer}`);
  return sent;
}

// Without the key we stop: no order is passed over.
async function opened(block) {
  const { plaintext } = await compactDecrypt(block, (header) => {
    if (!keys[header.kid]) {
      console.log(`an order is sealed with the key ${header.kid}: add it to --keys and start again`);
      process.exit(1);
    }
    return keys[header.kid];
  });
  return JSON.parse(new TextDecoder().decode(plaintext));
}

// Our own words, which may name somebody, with our own key.
async function sealed(words) {
  const text = new TextEncoder().encode(JSON.stringify({ reason: words }));
  return new CompactEncrypt(text).setProtectedHeader({ alg: "dir", enc: "A256GCM", kid }).encrypt(keys[kid]);
}

// CloudEvents 1.0, binary mode: the key is the order, the headers say who and what. Sent again after a crash it has the
// same id, and counts once.
async function say(what, key, name, fields) {
  const id = uuid5(`${key} ${name}`);
  if (replies[id]?.refused) return false;
  const headers = {
    ce_specversion: "1.0",
    ce_id: id,
    ce_type: `department.${what}.v1`,
    ce_source: `/backstop/${setting("BACKSTOP_COUNTY")}/department/${department}`,
    ce_subject: key,
    ce_time: new Date().toISOString(),
    "content-type": "application/json",
  };
  const value = JSON.stringify({ department, ...fields });
  await producer.send({ topic: `${orders_topic}.replies`, acks: -1, messages: [{ key, value, headers }] });
  replies[id] = { order: key, type: headers.ce_type, refused: false };
  keep();
  return true;
}

// A UUID of version 5 (RFC 9562).
function uuid5(name) {
  const space = Buffer.from(SPACE.replaceAll("-", ""), "hex");
  const hash = createHash("sha1").update(space).update(name).digest().subarray(0, 16);
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// --- Kafka

const ca = process.env.BACKSTOP_KAFKA_CA;
const kafka = new Kafka({
  clientId: group,
  brokers: setting("BACKSTOP_KAFKA_BOOTSTRAP").split(","),
  ssl: ca ? { ca: [readFileSync(ca, "utf8")] } : false,
  sasl: {
    mechanism: (process.env.BACKSTOP_KAFKA_MECHANISM ?? "SCRAM-SHA-512").toLowerCase(),
    username: setting("BACKSTOP_KAFKA_USER"),
    password: setting("BACKSTOP_KAFKA_PASSWORD"),
  },
  logLevel: logLevel.ERROR,
});
const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
const consumer = kafka.consumer({ groupId: group });
const admin = kafka.admin();
const next = {}; // partition → the offset that we read next, once we know it better than Kafka
let busy = Date.now();

async function take_batch({ batch, resolveOffset, heartbeat }) {
  busy = Date.now();
  for (const message of batch.messages) {
    try {
      take(message.headers.ce_type.toString(), JSON.parse(message.value.toString()));
    } catch (error) {
      console.log(`left aside: ${batch.topic} ${batch.partition}/${message.offset}: ${error}`);
    }
    resolveOffset(message.offset);
    next[batch.partition] = Number(message.offset) + 1;
  }
  keep(); // offsets are committed after it
  await heartbeat();
  busy = Date.now();
}

// Whether nothing lies unread on our topic.
async function caught_up() {
  const ends = await admin.fetchTopicOffsets(orders_topic);
  const [ours] = await admin.fetchOffsets({ groupId: group, topics: [orders_topic] });
  const committed = Object.fromEntries(ours.partitions.map((p) => [p.partition, Number(p.offset)]));
  const reached = ({ partition, high, low }) => high === low || (next[partition] ?? committed[partition]) >= Number(high);
  return ends.every(reached);
}

await Promise.all([producer.connect(), consumer.connect(), admin.connect()]);
const [read] = await admin.fetchOffsets({ groupId: group, topics: [orders_topic] });
// Who has read before and has no picture lost it: the topic, which keeps a year, is read once more, and we ask for all
// open orders, sealed with the key in force.
lost &&= read.partitions.some(({ offset }) => Number(offset) >= 0);
if (lost) ask_at = Date.now();
await consumer.subscribe({ topic: orders_topic, fromBeginning: true });
const joined = new Promise((resolve) => {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    if (lost) {
      for (const partition of payload.memberAssignment[orders_topic] ?? []) {
        consumer.seek({ topic: orders_topic, partition, offset: "0" });
        next[partition] = 0;
      }
      lost = false;
    }
    resolve();
  });
});
await consumer.run({ autoCommit: true, eachBatchAutoResolve: false, eachBatch: take_batch });
await joined;
busy = Date.now();
while (!chosen.once || Date.now() - busy < Number(chosen.once) * 1000) {
  await new Promise((resolve) => setTimeout(resolve, LOOK));
  const idle = Date.now() - busy >= LOOK;
  if (idle && (await caught_up()) && (await act())) busy = Date.now();
}
await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
