/** Preloaded by tests/clocks.py: shifts the clock of the process. */

const SHIFT_MS = Number(process.env.CLOCK_SHIFT_MILLISECONDS)
const MachineDate = Date

globalThis.Date = class extends MachineDate {
  constructor(...values) {
    super(...(values.length ? values : [MachineDate.now() + SHIFT_MS]))
  }

  static now() {
    return MachineDate.now() + SHIFT_MS
  }
}
