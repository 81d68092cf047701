// The what-if boxes: usage in, both bills out. Without this script the report reads the same, but for them.
(function () {
  const data = JSON.parse(document.getElementById("plans").textContent);
  const make = (name, attributes, ...children) => {
    const found = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    found.append(...children);
    return found;
  };

  function money(cents, plan) {
    const scaled = cents * 10n ** BigInt(plan.exponent) / BigInt(plan.subunits);
    const digits = abs(scaled).toString().padStart(plan.exponent + 1, "0");
    const whole = digits.slice(0, digits.length - plan.exponent).replace(/\B(?=(\d{3})+$)/g, ",");
    const part = plan.exponent ? "." + digits.slice(digits.length - plan.exponent) : "";
    return `${scaled < 0n ? "−" : ""}${plan.symbol}${whole}${part}`;
  }
  const signed = (cents, plan) => (cents > 0n ? "+" : "") + money(cents, plan);
  const share = (before, after) => {
    if (before === after || before === 0n) return "";
    const tenths = rounded({ n: (after - before) * 1000n * 10n ** 6n / before, e: 6 }, 0).n;
    const text = `${abs(tenths) / 10n}.${abs(tenths) % 10n}`.replace(/\.0$/, "");
    return ` (${after > before ? "+" : "−"}${text}%)`;
  };

  function name(key) {
    if (key === "subscription") return "Plan fee";
    if (key === "commitment") return "True-up to the minimum commitment";
    if (key.endsWith(":minimum")) return `True-up to the minimum of ${key.slice(0, -8)}`;
    return key;
  }

  function field(box, id, text, value, whole) {
    const input = make("input", { id, inputmode: whole ? "numeric" : "decimal", autocomplete: "off", value });
    box.append(make("div", {}, make("label", { for: id }, text), input));
    return input;
  }

  // The prices of both sides by key, the changed ones first.
  function pricesOf(entry) {
    const found = new Map();
    for (const side of [entry.after, entry.before]) {
      for (const charge of side ? side.charges : []) {
        for (const price of charge.prices) if (price.model !== "custom" && !found.has(price.key)) found.set(price.key, { charge, price });
      }
    }
    const rank = (key) => (key in entry.usage ? 0 : 1);
    return [...found].sort(([one], [other]) => rank(one) - rank(other));
  }

  function inputsOf(entry, box, at) {
    const inputs = {};
    pricesOf(entry).forEach(([key, { charge, price }], i) => {
      const start = entry.usage[key] ?? {}, id = `plan-${at}-${i}`, counting = charge.metric.aggregation in COUNTING;
      const where = price.filter ? `${charge.code}, ${price.filter}` : charge.code;
      const found = { units: field(box, id, `${where}: units`, start.units ?? "", counting) };
      if (price.model === "percentage" && !counting) found.events = field(box, `${id}-events`, `${where}: events`, start.events ?? "", true);
      if (price.model === "dynamic") found.cents = field(box, `${id}-cents`, `${where}: amount of the events, in cents`, "", false);
      inputs[key] = found;
    });
    return inputs;
  }

  const NUMBER = /^\d{1,15}(\.\d{1,9})?$/, WHOLE = /^[1-9]\d{0,5}$/;
  function given(inputs) {
    const found = {};
    for (const [key, fields] of Object.entries(inputs)) {
      found[key] = {};
      for (const [what, input] of Object.entries(fields)) {
        const text = input.value.trim().replace(/[,\s_]/g, "");
        const sound = text === "" || (what === "events" ? WHOLE : NUMBER).test(text);
        input.setAttribute("aria-invalid", String(!sound));
        found[key][what] = sound ? text : "";
      }
    }
    return found;
  }

  function rows(entry, before, after) {
    const keys = [...new Set([...(before.fees ?? []), ...(after.fees ?? [])].map((fee) => fee.key))];
    const of = (made, key) => (made.fees ?? []).filter((fee) => fee.key === key).reduce((all, fee) => (all ?? 0n) + fee.cents, null);
    return keys.map((key) => [name(key), of(before, key), of(after, key)]);
  }

  function line(entry, [label, before, after], total) {
    const { before: was, after: is } = entry, same = was && is && was.currency === is.currency;
    const change = !same || before === after ? "" : signed((after ?? 0n) - (before ?? 0n), is) + share(before ?? 0n, after ?? 0n);
    const sort = !change ? "" : (after ?? 0n) > (before ?? 0n) ? " up" : " down";
    const cells = [make("th", { scope: "row" }, label)];
    if (was) cells.push(make("td", { class: "number now" }, before === null ? "–" : money(before, was)));
    if (is) cells.push(make("td", { class: "number after" }, after === null ? "–" : money(after, is)));
    if (was && is) cells.push(make("td", { class: `number${sort}` }, change));
    return make("tr", total ? { class: "total" } : {}, ...cells);
  }

  function show(entry, inputs, out, said) {
    const usage = given(inputs), empty = { fees: [], cents: null };
    const before = entry.before ? bill(entry.before, usage) : empty, after = entry.after ? bill(entry.after, usage) : empty;
    const errors = [["now", before.error], ["after", after.error]].filter(([, error]) => error);
    out.replaceChildren(...rows(entry, before, after).map((row) => line(entry, row)), line(entry, ["Total before coupons and taxes", before.cents ?? null, after.cents ?? null], true));
    if (errors.length) said.textContent = errors.map(([side, error]) => `No bill ${side}: ${error}.`).join(" ");
    else if (!entry.before) said.textContent = `This usage costs ${money(after.cents, entry.after)}.`;
    else if (entry.before.currency !== entry.after.currency) said.textContent = `${money(before.cents, entry.before)} now, ${money(after.cents, entry.after)} after.`;
    else if (before.cents === after.cents) said.textContent = `This usage costs ${money(after.cents, entry.after)}, now and after.`;
    else said.textContent = `This usage costs ${money(before.cents, entry.before)} now and ${money(after.cents, entry.after)} after: ${signed(after.cents - before.cents, entry.after)}${share(before.cents, after.cents)}.`;
  }

  data.forEach((raw, at) => {
    const box = document.getElementById(`what-if-${at}`);
    const read = (side) => (side ? { ...readPlan(side), symbol: side.symbol } : null);
    const entry = { ...raw, before: read(raw.before), after: read(raw.after) };
    const inputs = inputsOf(entry, box.querySelector(".inputs"), at);
    const update = () => show(entry, inputs, box.querySelector("tbody"), box.querySelector(".verdict"));
    box.addEventListener("input", update);
    box.hidden = false;
    update();
  });
})();
