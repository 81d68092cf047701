"use strict";
// What a usage costs, by the rules of the rating engine in lago_gitops/pricing: exact decimals, never floats, but where
// Lago itself computes with floats. Held against that engine by tests/render/html/test_rating.py.

// A decimal is {n, e}: the integer n, with e of its digits behind the point.
const ZERO = { n: 0n, e: 0 };
const ONE = { n: 1n, e: 0 };

function decimal(text) {
  const [, sign, whole, part = "", power = "0"] = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(String(text).trim());
  const digits = BigInt((sign === "-" ? "-" : "") + (whole + part || "0"));
  const e = part.length - Number(power);
  return e >= 0 ? { n: digits, e } : { n: digits * 10n ** BigInt(-e), e: 0 };
}
const integer = (value) => ({ n: BigInt(value), e: 0 });
const at = (d, e) => d.n * 10n ** BigInt(e - d.e);
const both = (a, b, make) => { const e = Math.max(a.e, b.e); return make(at(a, e), at(b, e), e); };
const add = (a, b) => both(a, b, (x, y, e) => ({ n: x + y, e }));
const sub = (a, b) => both(a, b, (x, y, e) => ({ n: x - y, e }));
const mul = (a, b) => ({ n: a.n * b.n, e: a.e + b.e });
const cmp = (a, b) => both(a, b, (x, y) => (x > y) - (x < y));
const least = (a, b) => (cmp(a, b) <= 0 ? a : b);
const most = (a, b) => (cmp(a, b) >= 0 ? a : b);
const percent = (d) => ({ n: d.n, e: d.e + 2 });
const abs = (n) => (n < 0n ? -n : n);
const sum = (items) => items.reduce(add, ZERO);

function floorDiv(n, d) { const q = n / d; return n % d !== 0n && (n < 0n) !== (d < 0n) ? q - 1n : q; }

function rounded(d, places, how = "half-up") {
  if (places >= d.e) return d;
  const unit = 10n ** BigInt(d.e - places);
  let n;
  if (how === "floor") n = floorDiv(d.n, unit);
  else if (how === "ceil") n = -floorDiv(-d.n, unit);
  else n = (d.n < 0n ? -1n : 1n) * ((2n * abs(d.n) + unit) / (2n * unit));
  return places >= 0 ? { n, e: places } : { n: n * 10n ** BigInt(-places), e: 0 };
}

function significant(d) { const digits = abs(d.n).toString().replace(/0+$/, ""); return Math.max(1, digits.length); }

// Ruby's quotient of two decimals: 32 significant digits, more where an operand has more than 16.
function quot(a, b) {
  const digits = Math.max(32, significant(a) + 16, significant(b) + 16);
  if (a.n === 0n) return ZERO;
  const sign = (a.n < 0n) !== (b.n < 0n) ? -1n : 1n;
  let n = abs(a.n) * 10n ** BigInt(b.e), d = abs(b.n) * 10n ** BigInt(a.e);
  const shift = digits - (n.toString().length - d.toString().length) + 2;
  if (shift > 0) n *= 10n ** BigInt(shift); else d *= 10n ** BigInt(-shift);
  const q = n / d;
  const extra = q.toString().length - digits;
  const kept = extra > 0 ? (2n * q + 10n ** BigInt(extra)) / (2n * 10n ** BigInt(extra)) : q;
  const e = shift - Math.max(extra, 0);
  return e >= 0 ? { n: sign * kept, e } : { n: sign * kept * 10n ** BigInt(-e), e: 0 };
}

function plain(d) {
  const text = abs(d.n).toString().padStart(d.e + 1, "0");
  const whole = text.slice(0, text.length - d.e), part = text.slice(text.length - d.e).replace(/0+$/, "");
  return (d.n < 0n ? "-" : "") + whole + (part ? "." + part : "");
}

class NoInvoice extends Error {}

// Models --------------------------------------------------------------------------------------------------------------

const last = (tier, units) => tier.to === null || cmp(tier.to, units) >= 0;

function tierUnits(tier, units, step) {
  const reached = tier.to === null ? units : least(units, tier.to);
  return tier.from.n !== 0n ? add(sub(reached, tier.from), step) : reached;
}

function graduated(price, usage) {
  if (usage.prorated) return proratedGraduated(price, usage.units);
  const { tiers } = price;
  const touching = tiers.length > 1 && tiers.slice(1).every((tier, i) => tiers[i].to !== null && cmp(tiers[i].to, tier.from) === 0);
  const lines = [];
  for (const tier of tiers) {
    const units = tierUnits(tier, usage.units, touching ? ZERO : ONE);
    lines.push({ tier, units, amount: add(mul(units, tier.amount), tier.flat) });
    if (last(tier, usage.units)) break;
  }
  return { amount: sum(lines.map((line) => line.amount)), lines };
}

function graduatedPercentage(price, usage) {
  const lines = [];
  for (const tier of price.tiers) {
    const units = tierUnits(tier, usage.units, ONE);
    lines.push({ tier, units, amount: add(percent(mul(units, tier.amount)), tier.flat) });
    if (last(tier, usage.units)) break;
  }
  return { amount: sum(lines.map((line) => line.amount)), lines };
}

// Units held for the whole period.
function proratedGraduated(price, units) {
  if (units.n === 0n) return { amount: price.tiers[0].flat, lines: [] };
  let low = null, amount = ZERO, flats = ZERO, open = true;
  const lines = [];
  price.tiers.forEach((tier, i) => {
    const upper = i === price.tiers.length - 1 ? null : tier.to;
    const held = (value) => { const raised = low === null ? value : most(value, low); return upper === null ? raised : least(raised, upper); };
    const share = sub(held(units), held(ZERO));
    amount = add(amount, mul(share, tier.amount));
    if (open) { flats = add(flats, tier.flat); lines.push({ tier, units: share, amount: add(mul(share, tier.amount), tier.flat) }); }
    if (tier.to === null || cmp(units, tier.to) <= 0) open = false;
    low = tier.to;
  });
  return { amount: add(most(amount, ZERO), flats), lines };
}

function volume(price, usage) {
  const whole = rounded(usage.units, 0, "ceil");
  const tier = price.tiers.find((each) => cmp(each.from, whole) <= 0 && (each.to === null || cmp(usage.units, each.to) <= 0));
  if (!tier) throw new NoInvoice(`${plain(usage.units)} units fall in no volume tier, so Lago can't create the invoice`);
  return { amount: add(mul(usage.units, tier.amount), tier.flat), lines: [] };
}

function packages(price, usage) {
  const paid = sub(usage.units, price.free);
  if (paid.n < 0n) return { amount: ZERO, lines: [] };
  // Lago divides two floats here.
  return { amount: mul(integer(Math.ceil(Number(plain(paid)) / price.size)), price.amount), lines: [] };
}

function percentage(price, usage) {
  const { free_events: freeEvents, free_units: freeTotal } = price;
  const totals = runningTotals(price, usage);
  const reached = totals.last;
  const free = reached.n === 0n ? ZERO
    : freeEvents > 0 && freeEvents < totals.count ? totals.at(freeEvents)
    : freeTotal.n === 0n || cmp(reached, freeTotal) <= 0 ? reached : freeTotal;
  const counts = [freeEvents, totals.below].filter((count) => count > 0);
  const freeCount = counts.length ? Math.min(...counts) : 0;
  const shares = cmp(free, usage.units) > 0 ? ZERO : percent(mul(sub(usage.units, free), price.rate));
  const fixed = usage.units.n === 0n || freeCount >= usage.events ? ZERO : mul(integer(usage.events - freeCount), price.fixed);
  if (price.min === null && price.max === null) return { amount: add(shares, fixed), lines: [] };
  return { amount: oneByOne(price, usage), lines: [] };
}

// The usage after each event, as far as Lago looks: how many totals, the last one, and how many are below the free units.
function runningTotals(price, usage) {
  const none = { count: 0, last: ZERO, below: 0, at: () => ZERO };
  if (!price.free_events && price.free_units.n === 0n) return none;
  if (usage.kind === "counted") {
    const count = Number(usage.units.n);
    const bound = Number(rounded(price.free_units, 0, "ceil").n) - 1;
    return { count, last: integer(count), below: Math.max(0, Math.min(count, bound)), at: integer };
  }
  if (usage.kind !== "summed") return none;
  const each = (count) => mul(usage.value, integer(count));
  let count = usage.events;
  if (price.free_events) count = Math.min(count, price.free_events);
  else if (cmp(each(count), price.free_units) > 0) {
    count = 1;
    while (cmp(each(count), price.free_units) <= 0) count += 1;
  }
  let below = 0;
  while (below < count && cmp(each(below + 1), price.free_units) < 0) below += 1;
  return { count, last: each(count), below, at: each };
}

function oneByOne(price, usage) {
  if (usage.kind === "untold") throw new NoInvoice("Lago can't apply a minimum or maximum per event to this type of metric");
  const value = usage.kind === "counted" ? ONE : usage.value;
  const count = usage.priced ?? usage.events;
  let { free_events: freeEvents, free_units: freeUnits } = price, total = ZERO, done = 0;
  const held = (paid) => {
    const amount = add(percent(mul(paid, price.rate)), price.fixed);
    if (price.min !== null && cmp(amount, price.min) < 0) return price.min;
    return price.max !== null && cmp(amount, price.max) > 0 ? price.max : amount;
  };
  for (; done < count && (freeEvents > 0 || freeUnits.n > 0n); done += 1) {
    freeEvents -= 1;
    if (freeUnits.n <= 0n) continue;
    if (cmp(freeUnits, value) > 0) { freeUnits = sub(freeUnits, value); continue; }
    total = add(total, held(sub(value, freeUnits)));
    freeUnits = ZERO;
    freeEvents = 0;
  }
  return done < count ? add(total, mul(integer(count - done), held(value))) : total;
}

const MODELS = {
  standard: (price, usage) => ({ amount: mul(usage.units, price.amount), lines: [] }),
  graduated, volume, percentage,
  graduated_percentage: graduatedPercentage,
  package: packages,
  dynamic: (price, usage, subunits) => ({ amount: usage.units.n === 0n ? ZERO : quot(usage.cents, integer(subunits)), lines: [] }),
};

// Usage ---------------------------------------------------------------------------------------------------------------

const COUNTING = { count_agg: true, unique_count_agg: true };

// `given` is {units, events, cents}: texts, the last two may be left out. No usage at all is {}.
function usageOf(charge, given) {
  const { aggregation, rounding, precision } = charge.metric;
  const said = given.units !== undefined && given.units !== "";
  const units = said ? decimal(given.units) : ZERO;
  const events = !said ? 0 : given.events ? Number(given.events) : 1;
  const shown = rounding ? rounded(units, precision, rounding === "round" ? "half-up" : rounding) : units;
  const usage = { units: shown, events, cents: decimal(given.cents || "0"), value: ZERO, kind: "untold", prorated: charge.prorated };
  if (COUNTING[aggregation]) {
    const count = rounded(units, 0, "floor");
    if (cmp(count, units) !== 0) throw new NoInvoice(`${plain(units)} is not a whole number, but this metric counts`);
    return { ...usage, events: Number(count.n), kind: "counted" };
  }
  if (aggregation === "max_agg") return { ...usage, value: units, priced: said ? 1 : 0, kind: "peak" };
  if (aggregation === "weighted_sum_agg" || aggregation === "latest_agg") return usage;
  return { ...usage, value: events ? quot(units, integer(events)) : ZERO, kind: "summed" };
}

// Bills ---------------------------------------------------------------------------------------------------------------

const cents = (plan, amount) => mul(rounded(amount, plan.exponent), integer(plan.subunits));
const wholeCents = (plan, amount) => rounded(cents(plan, amount), 0, "floor").n;

// A fee is {key, cents, units, lines}: the key of its price, or what it is.
function chargeFees(plan, charge, given) {
  const buckets = charge.prices.map((price, i) => ({ price, given: given[price.key] ?? {}, own: i === charge.prices.length - 1 }));
  const used = buckets.some((bucket) => bucket.given.units !== undefined && bucket.given.units !== "");
  if (!used && charge.in_advance && !charge.metric.recurring) return [];
  const fees = buckets.map((bucket) => {
    if (bucket.price.model === "custom") return null;
    const usage = usageOf(charge, bucket.given);
    const rated = MODELS[bucket.price.model](bucket.price, usage, plan.subunits);
    const amount = rated.amount.n < 0n ? ZERO : rated.amount;
    const inUnit = charge.rate ? rounded(mul(rounded(amount, 2), integer(100)), 0, "floor").n : null;
    const total = charge.rate ? wholeCents(plan, mul({ n: inUnit, e: 2 }, charge.rate)) : wholeCents(plan, amount);
    return { key: bucket.price.key, cents: total, inUnit, units: usage.units, events: usage.events, lines: rated.lines, own: bucket.own };
  }).filter(Boolean);
  const missing = trueUp(plan, charge, fees);
  const kept = fees.filter((fee) => (missing && fee.own) || fee.units.n !== 0n || fee.cents !== 0n || fee.events);
  return missing ? [...kept, missing] : kept;
}

// What is missing to a charge's minimum. Lago goes by days in floats.
function trueUp(plan, charge, fees) {
  if (!fees.some((fee) => fee.own)) return null;
  const minimum = (charge.min_cents / plan.days) * plan.days;
  const used = fees.reduce((total, fee) => total + (fee.inUnit ?? fee.cents), 0n);
  if (Number(used) >= minimum) return null;
  const key = `${charge.code}:minimum`;
  if (charge.rate) {
    const amount = rounded({ n: sub(decimal(minimum), { n: used, e: 0 }).n, e: sub(decimal(minimum), { n: used, e: 0 }).e + 2 }, 2);
    return { key, cents: wholeCents(plan, mul(amount, charge.rate)), units: ONE, lines: [] };
  }
  return { key, cents: rounded(decimal(minimum - Number(used)), 0).n, units: ONE, lines: [] };
}

function fixedFee(plan, fixed) {
  const units = fixed.prorated ? rounded(fixed.units, 6) : fixed.units;
  const rated = MODELS[fixed.price.model](fixed.price, { units, events: 1, kind: "untold", prorated: fixed.prorated });
  const total = wholeCents(plan, rated.amount);
  return fixed.units.n !== 0n || total ? [{ key: fixed.price.key, cents: total, units: fixed.units, lines: rated.lines }] : [];
}

// The bill of a whole period, before coupons and taxes: {fees, cents}, or {error}.
function bill(plan, given) {
  try {
    const fees = [{ key: "subscription", cents: BigInt(plan.fee_cents), units: null, lines: [] }];
    for (const charge of plan.charges) fees.push(...chargeFees(plan, charge, given));
    for (const fixed of plan.fixed_charges) fees.push(...fixedFee(plan, fixed));
    const total = fees.reduce((all, fee) => all + fee.cents, 0n);
    if (plan.commitment_cents > total) {
      fees.push({ key: "commitment", cents: BigInt(plan.commitment_cents) - total, units: null, lines: [] });
    }
    return { fees, cents: fees.reduce((all, fee) => all + fee.cents, 0n) };
  } catch (error) {
    if (error instanceof NoInvoice) return { error: error.message };
    throw error;
  }
}

// A plan as JSON has decimals as texts.
function readPlan(data) {
  const tier = (each) => ({ from: decimal(each.from), to: each.to === null ? null : decimal(each.to), amount: decimal(each.amount), flat: decimal(each.flat) });
  const figures = ["amount", "rate", "fixed", "free_units", "min", "max", "free"];
  const price = (each) => ({
    ...each,
    ...Object.fromEntries(figures.filter((name) => name in each).map((name) => [name, each[name] === null ? null : decimal(each[name])])),
    ...(each.tiers ? { tiers: each.tiers.map(tier) } : {}),
  });
  return {
    ...data,
    charges: data.charges.map((charge) => ({ ...charge, rate: charge.rate && decimal(charge.rate), prices: charge.prices.map(price) })),
    fixed_charges: data.fixed_charges.map((fixed) => ({ ...fixed, units: decimal(fixed.units), price: price(fixed.price) })),
  };
}

if (typeof module !== "undefined") module.exports = { bill, readPlan, decimal, plain, quot };
